# Hot calls of functions and methods, and attributes.
class Counter:
    def __init__(self):
        self.n = 0

    def add(self, k):
        self.n += k


def inc(x):
    return x + 1


def run(n):
    c = Counter()
    t = 0
    for i in range(n):
        c.add(i)
        t = inc(t)
    return c.n, t


print(run(10000))
