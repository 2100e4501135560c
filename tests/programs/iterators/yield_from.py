# yield from: delegation of values, sends, throws and results.
def inner():
    try:
        a = yield 1
        print("inner got", a)
        b = yield 2
        print("inner got", b)
    except ValueError as error:
        print("inner caught", error)
        yield "recovered"
    finally:
        print("inner finally")
    return "inner result"
def outer():
    result = yield from inner()
    print("result:", result)
    yield from [10, 20]
    yield from "ab"
    return "outer result"
g = outer()
print(next(g), g.send("x"), g.send("y"), list(g))
g = outer()
next(g)
print(g.throw(ValueError("thrown")), next(g))
g = outer()
next(g)
g.close()
def tree(node):
    if node is not None:
        left, value, right = node
        yield from tree(left)
        yield value
        yield from tree(right)
t = None
def insert(node, value):
    if node is None:
        return (None, value, None)
    left, v, right = node
    return (insert(left, value), v, right) if value < v else (left, v, insert(right, value))
for n in [5, 2, 8, 1, 9, 3, 7]:
    t = insert(t, n)
print(list(tree(t)))
def flatten(items):
    for item in items:
        if isinstance(item, list):
            yield from flatten(item)
        else:
            yield item
print(list(flatten([1, [2, [3, [4, [5]]]], [], [[6]]])))
def chain(*its):
    for it in its:
        yield from it
print(list(chain([1], (2,), {3: 0}, range(4, 6), (x for x in [6]))))
def deep(n):
    if n:
        yield from deep(n - 1)
    yield n
print(sum(deep(200)))
def returns(value):
    return value
    yield
def collect():
    results = []
    for i in range(3):
        results.append((yield from returns(i)))
    return results
try:
    next(collect())
except StopIteration as stop:
    print(stop.value)
class Iter:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n > 2:
            raise StopIteration("iter result")
        return self.n
    def throw(self, *args):
        print("throw called", type(args[0]).__name__)
        return "thrown into"
def delegate():
    value = yield from Iter()
    yield ("value", value)
print(list(delegate()))
g = delegate()
next(g)
print(g.throw(KeyError("k")))
def no_send():
    yield from [1, 2]
g = no_send()
next(g)
try:
    g.send("x")
except AttributeError as error:
    print(error)
try:
    list((lambda: (yield from 5))())
except TypeError as error:
    print(error)
