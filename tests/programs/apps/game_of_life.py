# Life on a torus with a class-based board.
class Board:
    def __init__(self, rows):
        self.cells = [[c == "#" for c in row] for row in rows]
        self.height, self.width = len(rows), len(rows[0])

    def neighbours(self, y, x):
        total = 0
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                if dy or dx:
                    total += self.cells[(y + dy) % self.height][(x + dx) % self.width]
        return total

    def step(self):
        self.cells = [[self.neighbours(y, x) in ((2, 3) if self.cells[y][x] else (3,)) for x in range(self.width)] for y in range(self.height)]

    def __str__(self):
        return "\n".join("".join("#" if c else "." for c in row) for row in self.cells)

    def __len__(self):
        return sum(map(sum, self.cells))


board = Board([".#......", "..#.....", "###.....", "........", "........", "........", "........", "........"])
for generation in range(33):
    if generation % 8 == 0:
        print(f"generation {generation}: {len(board)} alive")
        print(board)
    board.step()
