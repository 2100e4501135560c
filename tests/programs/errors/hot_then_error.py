# A loop that has long been hot when it fails: the traceback is the same.
def step(values, i):
    return values[i] * 2


def run(values, n):
    total = 0
    for i in range(n):
        total += step(values, i % len(values) if i < 30000 else i)
    return total


print(run([1, 2, 3], 30000))
print(run([1, 2, 3], 30001))
