# One call site, then two, four and many callees and receivers.
class Shape:
    def __init__(self, size):
        self.size = size


def make(k):
    def area(self):
        return self.size * k

    return type(f"Shape{k}", (Shape,), {"area": area, "extra": k})


classes = [make(k) for k in range(1, 9)]


def total(shapes, n):
    s = 0
    count = len(shapes)
    for i in range(n):
        shape = shapes[i % count]
        s += shape.area() + shape.extra
    return s


for kinds in (1, 2, 4, 8):
    print(kinds, total([c(3) for c in classes[:kinds]], 6000))
print(total([classes[0](1.5)], 6000), total([classes[0](1), classes[1](2.5)], 6000))


def apply(functions, n):
    s = 0
    for i in range(n):
        s += functions[i % len(functions)](i)
    return s


def inc(x):
    return x + 1


def dbl(x):
    return x * 2


class Callable:
    def __call__(self, x):
        return x - 1


print(apply([inc], 5000), apply([inc, dbl], 5000), apply([inc, dbl, lambda x: -x, Callable(), abs, int, str.__len__ and float, [].__len__ and bool], 5000))
