# Functions that get hot by calls alone, of many signatures.
def zero():
    return 1


def one(a):
    return a


def defaults(a, b=2, c=3):
    return a * b + c


def star(*args):
    return len(args)


def named(*, k):
    return k


def kwargs(**kw):
    return len(kw)


def mixed(a, /, b, *args, k=1, **kw):
    return a + b + len(args) + k + len(kw)


total = 0
for i in range(5000):
    total += zero() + one(i) + defaults(i) + defaults(i, 1) + defaults(i, c=1) + star(1, 2) + star(*[1] * (i % 3)) + named(k=i) + kwargs(a=1, b=2) + mixed(1, 2) + mixed(1, 2, 3, k=4, z=5)
print(total)


def errors(n):
    texts = {}
    for i in range(n):
        try:
            if i % 4 == 0:
                one()
            elif i % 4 == 1:
                one(1, 2)
            elif i % 4 == 2:
                named()
            else:
                one(b=1)
        except TypeError as error:
            texts[str(error)] = texts.get(str(error), 0) + 1
    return texts


print(errors(4000))


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


print(fib(18), fib(18.0))


def tak(x, y, z):
    if y >= x:
        return z
    return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))


print(tak(12, 8, 4))


def swap_code(n):
    def f(x):
        return x + 1

    def g(x):
        return x * 100

    t = 0
    for i in range(n):
        t += f(1)
        if i == n // 2:
            f.__code__ = g.__code__
    return t


print(swap_code(6000))


def swap_defaults(n):
    def f(x=1):
        return x

    t = 0
    for i in range(n):
        t += f()
        if i == n // 2:
            f.__defaults__ = (10,)
    return t


print(swap_defaults(6000))
class Base:
    def __init__(self, v=0):
        self.v = v
    def get(self):
        return self.v
    def chain(self, k):
        self.v += k
        return self
t = 0
for i in range(5000):
    t += Base(i).chain(1).chain(2).get() + Base().v
print(t)
bound = Base(3).get
unbound = Base.get
b = Base(4)
print(sum(bound() + unbound(b) for _ in range(4000)))
m = [abs, len, str, int, float, bool, repr, hash]
t = 0
for i in range(4000):
    f = m[i % 8]
    t += len(str(f("12" if f is len or f is int else 12)))
print(t > 0)
