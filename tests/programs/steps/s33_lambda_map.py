# lambda and higher-order functions.
square = lambda x: x * x
print(square(5), list(map(square, [1, 2])), list(filter(lambda x: x > 1, [0, 1, 2, 3])))


def apply(f, *args):
    return f(*args)


print(apply(max, 3, 9, 2), apply(lambda a, b: a - b, 5, 3))
