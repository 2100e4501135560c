# Lists of lists that grow, are cut and replaced.
def churn(n):
    rows = [[] for _ in range(50)]
    total = 0
    for i in range(n):
        row = rows[i % 50]
        row.append([i, [i + 1]])
        if len(row) > 20:
            total += row[0][0] + row[10][1][0]
            del row[:15]
        if i % 100 == 99:
            rows[i // 100 % 50] = [list(r) for r in row]
    return total, sum(len(r) for r in rows)


print(churn(12000))


def strings(n):
    parts = []
    for i in range(n):
        parts.append(("x" * (i % 30)) + str(i))
        if len(parts) > 200:
            parts = parts[100:]
    return len(parts), parts[0], parts[-1]


print(strings(5000))


def dicts(n):
    table = {}
    for i in range(n):
        table[i % 300] = {"i": i, "list": [i] * (i % 5), "t": (i, str(i))}
    return len(table), table[7]["t"], sum(len(d["list"]) for d in table.values())


print(dicts(5000))


def matrix(n):
    m = [[0] * n for _ in range(n)]
    for k in range(20):
        m = [[m[j][i] + k for j in range(n)] for i in range(n)]
    return sum(map(sum, m))


print(matrix(25))
big = []
for i in range(300):
    big.append(list(range(i)))
    if i % 7 == 0:
        big[i // 2] = None
print(sum(len(b) for b in big if b))
