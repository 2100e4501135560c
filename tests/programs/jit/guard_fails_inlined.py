# A guard fails in a callee that has been inlined in a hot loop.
def add(a, b):
    return a + b


def twice(x):
    return add(x, x)


def loop(n, odd_one, where):
    total = 0
    out = []
    for i in range(n):
        v = odd_one if i == where else i
        r = twice(v)
        if i == where:
            out.append(r)
        else:
            total += r
    return total, out


print(loop(6000, "ab", 5000), loop(6000, 1.5, 5000), loop(6000, [1], 5999), loop(6000, 1 << 61, 4000), loop(6000, (1,), 0))


class Vec:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, o):
        return Vec(self.x + o.x, self.y + o.y)

    def dot(self, o):
        return self.x * o.x + self.y * o.y


def vectors(n):
    acc = Vec(0, 0)
    step = Vec(1, 2)
    for i in range(n):
        if i == n - 100:
            step = Vec(0.5, 0.25)
        acc = acc + step
    return acc.x, acc.y, acc.dot(step)


print(vectors(6000))
print(twice(Vec(1, 2)).x)


def get(o):
    return o.value


class A:
    value = 1


class B:
    def __init__(self):
        self.value = 2


class C:
    @property
    def value(self):
        return 3


class D:
    def __getattr__(self, name):
        return 4


def sum_values(n):
    objects = [A(), B(), C(), D()]
    total = 0
    for i in range(n):
        total += get(objects[0 if i < n - 8 else i % 4])
    return total


print(sum_values(5000))


class E:
    pass


def error_in_inlined(n):
    for i in range(n):
        try:
            get(A() if i != n - 1 else E())
        except AttributeError as error:
            return i, str(error)


print(error_in_inlined(5000))


def default(a, b=10, *rest, c=3):
    return a + b + c + len(rest)


def call_shapes(n):
    t = 0
    for i in range(n):
        t += default(i) + default(i, 1) + default(i, 1, 2, 3) + default(i, c=5) + default(b=i, a=1)
    return t


print(call_shapes(3000))
