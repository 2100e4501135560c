# An uncaught error three calls deep: traceback text and exit status 1.
def first(n):
    return second(n) + 1


def second(n):
    values = [1, 2, 3]
    return third(values, n)


def third(values, n):
    return values[n]


print(first(1))
print(first(10))
print("not reached")
