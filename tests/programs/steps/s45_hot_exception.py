# A raised and caught exception in a hot loop, with a guard that fails in a callee.
def check(x):
    if x % 1000 == 0:
        raise ValueError(x)
    return x + x


def run(n):
    total = caught = 0
    for i in range(1, n):
        try:
            total += check(i if i != n - 2 else i * 1.0)
        except ValueError as error:
            caught += error.args[0]
    return total, caught


print(run(6000))
