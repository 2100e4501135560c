# habu: slow
# A backtracking Sudoku solver over bit sets.
def solve(text):
    grid = [0 if c == "." else int(c) for c in text]
    rows, columns, boxes = [0] * 9, [0] * 9, [0] * 9
    empty = []
    for i, v in enumerate(grid):
        r, c = divmod(i, 9)
        b = r // 3 * 3 + c // 3
        if v:
            bit = 1 << v
            if (rows[r] | columns[c] | boxes[b]) & bit:
                return None, 0
            rows[r] |= bit
            columns[c] |= bit
            boxes[b] |= bit
        else:
            empty.append((i, r, c, b))
    nodes = 0

    def search():
        nonlocal nodes
        nodes += 1
        if not empty:
            return True
        best, best_count, best_free = -1, 10, 0
        for k, (i, r, c, b) in enumerate(empty):
            free = ~(rows[r] | columns[c] | boxes[b]) & 0x3FE
            count = free.bit_count()
            if count < best_count:
                best, best_count, best_free = k, count, free
                if count <= 1:
                    break
        if best_count == 0:
            return False
        i, r, c, b = entry = empty.pop(best)
        free = best_free
        while free:
            bit = free & -free
            free ^= bit
            rows[r] |= bit
            columns[c] |= bit
            boxes[b] |= bit
            grid[i] = bit.bit_length() - 1
            if search():
                return True
            rows[r] ^= bit
            columns[c] ^= bit
            boxes[b] ^= bit
        empty.insert(best, entry)
        return False

    return ("".join(map(str, grid)) if search() else None), nodes


for puzzle in ["53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79",
               "8..........36......7..9.2...5...7.......457.....1...3...1....68..85...1..9....4..",
               "55......." + "." * 72]:
    solution, nodes = solve(puzzle)
    if solution is None:
        print("no solution", nodes)
    else:
        for r in range(0, 81, 9):
            print(solution[r:r + 9])
        print(nodes, "nodes")
