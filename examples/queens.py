"""Places queens on a board so that none attacks another, and draws the first solution.

    cargo run --release -- examples/queens.py [SIZE]
"""

import sys


def solutions(size):
    """Yields the column of the queen in every row, for each solution."""
    columns, rising, falling = set(), set(), set()
    placed = []

    def place(row):
        if row == size:
            yield tuple(placed)
            return
        for column in range(size):
            if column in columns or row + column in rising or row - column in falling:
                continue
            columns.add(column)
            rising.add(row + column)
            falling.add(row - column)
            placed.append(column)
            yield from place(row + 1)
            placed.pop()
            columns.remove(column)
            rising.remove(row + column)
            falling.remove(row - column)

    return place(0)


def draw(queens):
    for column in queens:
        print(" ".join("♛" if column == place else "·" for place in range(len(queens))))


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    first, total = None, 0
    for solution in solutions(size):
        first = first or solution
        total += 1
    if first is None:
        sys.exit(f"no way to place {size} queens")
    draw(first)
    print(f"{total} solutions on a board of {size} by {size}")
