# Builtins shadowed by locals, globals and parameters in hot code.
def parameter(len, n):
    t = 0
    for i in range(n):
        t += len(i)
    return t


print(parameter(lambda x: x * 2, 5000))


make_range = range


def local(n):
    numbers = make_range(n)
    t = 0
    for range in numbers:
        t += range
    return t


print(local(5000))


def conditional(n, flag):
    t = 0
    for i in range(n):
        t += max(i, 10)
        if i == n // 2 and flag:
            globals()["max"] = lambda a, b: 0
    return t


print(conditional(6000, False), conditional(6000, True), conditional(6000, False))
del max
print(conditional(6000, False))
print(max(1, 2))


class Shadow:
    def print(self, x):
        return x

    int = 5

    def use(self):
        return int("7") + self.int


s = Shadow()
print(sum(s.use() for _ in range(4000)), s.print(3))
import builtins


def uses_sum(n):
    t = 0
    for i in range(n):
        t += sum((1, 2))
    return t


print(uses_sum(3000))
original = builtins.sum
builtins.sum = lambda it: 1000
print(uses_sum(3000))
builtins.sum = original
print(uses_sum(3000))
builtins.brand_new = 42


def new_builtin(n):
    t = 0
    for _ in range(n):
        t += brand_new
    return t


print(new_builtin(3000))
brand_new = 1
print(new_builtin(3000))
del brand_new
print(new_builtin(3000))
del builtins.brand_new
try:
    new_builtin(3000)
except NameError as error:
    print(error)
def range(n):
    return [1, 2, 3]
def ranged():
    t = 0
    for i in range(10 ** 9):
        t += i
    return t
print(ranged(), ranged())
del range
t = 0
for i in range(4):
    t += i
print(t)
True_ = (lambda isinstance: isinstance)(5)
print(True_, isinstance(5, int))
