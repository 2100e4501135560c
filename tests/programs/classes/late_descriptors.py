# A data descriptor put on a class hides what instances have already, also where code has met them before.
class C:
    def __init__(self, x):
        self.x = x


class D(C):
    pass


def load(o):
    return o.x


def store(o, v):
    o.x = v


objects = [C(1), D(2)]
for _ in range(50):
    for o in objects:
        load(o)
        store(o, 5)
print([load(o) for o in objects])

C.x = property(lambda self: "hidden", lambda self, v: print("set", v))
print([load(o) for o in objects])
for o in objects:
    store(o, 6)
made = D(7)
print(load(made), made.__dict__)
print([sorted(o.__dict__.items()) for o in objects])

del C.x
print([load(o) for o in objects])
store(made, 8)
print(load(made), load(C(9)))


class Slotted:
    __slots__ = ("a", "b")


def both(s):
    s.b = s.a
    return s.b


s = Slotted()
for _ in range(3):
    s.a = 1
    print(both(s))
del s.a
try:
    both(s)
except AttributeError as e:
    print(e)
s.a = [1]
print(both(s))


class Asking:
    def __init__(self):
        self.known = 1

    @property
    def failing(self):
        raise AttributeError("from the property")

    def __getattr__(self, name):
        return "asked for " + name


a = Asking()
for _ in range(3):
    print(a.known, a.failing, a.other)
