# Callees of one site: closures of one code made anew, functions replaced, instances that are called and subscripted.


def adder(n):
    def add(x):
        return x + n
    total = 0
    for i in range(1500):
        total += add(i)
    return total


print([adder(k) for k in range(8)])


def pick(n):
    funcs = [lambda x: x + 1, lambda x: x * 2, lambda x, y=3: x - y]
    total = 0
    for i in range(n):
        total += funcs[i * 3 // n](i)
    return total


print(pick(9000))


class Table:
    def __init__(self, n):
        self.n = n

    def __getitem__(self, i):
        if i < 0:
            raise IndexError(i)
        return i * self.n

    def __setitem__(self, i, v):
        self.n = v

    def __call__(self, x, y=1):
        return x + y + self.n

    def __lt__(self, other):
        return self.n < other.n

    def __len__(self):
        return self.n

    def __contains__(self, x):
        return x == self.n

    def __add__(self, other):
        return Table(self.n + 1)


def use(t, n):
    total = missed = 0
    for i in range(n):
        try:
            total += t[i - 3] + t(i) + t(i, 2) + len(t)
        except IndexError as e:
            missed += e.args[0]
        if i % 100 == 0:
            t[0] = i // 100
        if i in t:
            total += 1
        if t < t + 1:
            total += 1
    return total, missed


print(use(Table(4), 6000))


class Other(Table):
    def __getitem__(self, i):
        return 1


print(use(Other(2), 3000), use(Table(1), 3000))
Table.__getitem__ = lambda self, i: 2
print(use(Table(1), 3000))


def keyed(n):
    data = [(i * 7919) % 1009 for i in range(n)]
    return sorted(data, key=lambda x: -x)[:3], sum(map(lambda x: x + 1, data)), max(data, key=lambda x: x % 10)


print(keyed(4000))
