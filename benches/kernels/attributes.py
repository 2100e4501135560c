"""Attributes of instances of two classes at the same site."""

EXPECTED = 15000


class Circle:
    def __init__(self, size):
        self.size = size


class Square:
    def __init__(self, size):
        self.colour = "red"
        self.size = size


def kernel():
    shapes = [Circle(1), Square(2)]
    total = 0
    for i in range(10000):
        total += shapes[i & 1].size
    return total
