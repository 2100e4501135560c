# Generator expressions: laziness, scoping, the first iterable evaluated at once.
def source():
    print("source evaluated")
    return [1, 2, 3]
g = (x * 2 for x in source())
print("made")
print(list(g))
try:
    (x for x in undefined_thing)
except NameError as error:
    print(error)
g = (x for x in [1] for y in undefined_thing)
try:
    next(g)
except NameError as error:
    print("later", error)
n = 5
g = (x + n for x in range(3))
n = 100
print(list(g))
print(sum(x * x for x in range(10)), max((abs(x), x) for x in [-3, 2]), ",".join(str(x) for x in range(3)), dict((c, ord(c)) for c in "ab"), sorted(x % 3 for x in range(5)), all(x for x in [1, 0]))
nested = ((x, y) for x in range(3) for y in range(x) if (x + y) % 2)
print(list(nested))
inner = (sum(y for y in range(x)) for x in range(5))
print(list(inner))
def method(self, items): return (self + i for i in items)
print(list(method(10, [1, 2])))
g = (i for i in range(3))
print(next(g), [x for x in g], next(g, "none"))
print(type(g).__name__, g.__name__, g.__qualname__, (lambda: (i for i in ()))().__qualname__)
def reads_later():
    factor = 1
    g = (factor * i for i in range(3))
    out = [next(g)]
    factor = 10
    out.append(next(g))
    factor = 100
    out.append(next(g))
    return out
print(reads_later())
acc = []
print(any(acc.append(i) or i == 2 for i in range(5)), acc)
class Chain:
    def __init__(self, it): self.it = it
    def map(self, f): return Chain(f(x) for x in self.it)
    def filter(self, f): return Chain(x for x in self.it if f(x))
    def list(self): return list(self.it)
print(Chain(range(10)).map(lambda x: x * x).filter(lambda x: x % 2).map(str).list())
