# A function with parameters and a result.
def add(a, b):
    return a + b


def nothing():
    pass


def early(n):
    if n > 5:
        return "big"
    return "small"


print(add(2, 3), add("x", "y"), nothing(), early(3), early(9))
