# What inline caches of attributes remember, changed under them: descriptors, hooks, classmethods, metaclasses.


def load(x):
    return x.a


def store(x, v):
    x.a = v


def call(x, *args):
    return x.m(*args) if args else x.m()


class Data:
    def __get__(self, obj, owner):
        return "data" if obj is None else ("data", sorted(vars(obj)))

    def __set__(self, obj, value):
        vars(obj)["a"] = ("stored", value)


class Plain:
    def __get__(self, obj, owner):
        return "plain"


class A:
    a = Data()


def rounds(title, f, *args):
    print(title, [f(*args) for _ in range(3)])


x = A()
rounds("data", load, x)
store(x, 1)
store(x, 2)
rounds("data, own too", load, x)
A.a = Plain()
rounds("plain, own first", load, x)
rounds("plain", load, A())
del Data.__set__
A.a = Data()
rounds("no longer data", load, x)
Data.__set__ = lambda self, obj, value: None
rounds("data again", load, x)
store(x, 5)
rounds("store ignored", load, x)
del Data.__get__
rounds("without __get__ the own one", load, x)
A.a = property(lambda self: "p", lambda self, v: print("set", v))
rounds("property", load, x)
for v in range(3):
    store(x, v)
A.a = property(lambda self: "q")
rounds("other property", load, x)
try:
    store(x, 9)
except AttributeError as e:
    print(e)
A.a = 7
rounds("value", load, A())
rounds("own", load, x)


class Hooked:
    @property
    def a(self):
        if self.fail:
            raise AttributeError("inner")
        return "fine"

    def __getattr__(self, name):
        return "hook " + name

    fail = False


h = Hooked()
rounds("hooked property", load, h)
Hooked.fail = True
rounds("failing", load, h)
del Hooked.a
rounds("missing", load, h)
Hooked.__getattr__ = lambda self, name: name * 2
rounds("other hook", load, h)
del Hooked.__getattr__
for _ in range(2):
    try:
        load(h)
    except AttributeError as e:
        print(e)
h.a = 1
rounds("own", load, h)
Hooked.__getattribute__ = lambda self, name: "all " + name
rounds("everything", load, h)


class Setter:
    log = []

    @property
    def a(self):
        return self.log

    @a.setter
    def a(self, value):
        self.log.append(value)
        if value == 3:
            raise ValueError(value)
        return "dropped"


def stores(s):
    before, after = "before", "after"
    for i in range(5):
        try:
            s.a = i
        except ValueError as e:
            print("raised", e, e.__traceback__.tb_lineno - stores.__code__.co_firstlineno)
    s.a = s.a = 10
    return before, after, i


print(stores(Setter()), Setter.log)


class Yields:
    def set(self, v):
        yield v

    a = property(None, set)


y = Yields()
for _ in range(3):
    store(y, 1)
print("generator as setter")


class Meta(type):
    pass


class M(metaclass=Meta):
    a = 1

    @classmethod
    def m(cls, *args):
        return cls.__name__, args

    @staticmethod
    def s(*args):
        return args


class N(M):
    pass


def static(x):
    return x.s(1, 2)


for c in (M, N, M(), N()):
    rounds("class", call, c)
    rounds("with", call, c, 1)
    rounds("static", static, c)
rounds("on the class", load, M)
Meta.a = property(lambda cls: "from the metaclass")
rounds("metaclass", load, M)
del Meta.a
rounds("again", load, M)
M.a = 2
rounds("new value", load, N)
Meta.m = property(lambda cls: lambda *args: ("meta", args))
rounds("meta m", call, N)
del Meta.m
M.m = classmethod(lambda cls: ("replaced", cls.__name__))
rounds("replaced", call, N)
N.m = lambda: "plain function"
rounds("function through class", call, N)
rounds("int.from_bytes", int.from_bytes, b"\1\2")


def make(c, v):
    return c.fromkeys(v)


class D(dict):
    pass


for c in (dict, D, dict(), D(), dict):
    r = make(c, "ab")
    print(type(r).__name__, r)


def cls_of(x):
    return x.__class__


class Liar:
    @property
    def __class__(self):
        return int


for v in (1, "s", A(), Liar(), M, N(), 2.5, A(), Liar(), list[int], None):
    print(cls_of(v).__name__, isinstance(v, (int, str)), isinstance(v, A), isinstance(v, M))
n = N()
print(cls_of(n).__name__)
n.__class__ = M
print(cls_of(n).__name__, isinstance(n, N))


class Base:
    a = "base"

    def m(self):
        return "base m"


class Derived(Base):
    a = "derived"

    def m(self):
        s = super()
        return [load(self), load(s), load(Base), load(s), s.m(), s.__class__.__name__]


d = Derived()
print(d.m(), d.m())

import weakref

p = weakref.proxy(d)
for v in (p, d, p, list[int], d):
    print(v.__class__.__name__, v.__doc__ is None)


class Cached:
    def __init__(self, f):
        self.f = f

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, obj, owner):
        v = vars(obj)[self.name] = self.f(obj)
        return v


class C:
    count = 0

    @Cached
    def a(self):
        C.count += 1
        return C.count


print([(load(c), load(c), load(c)) for c in (C(), C(), C())])


class Late:
    pass


class LateSub(Late):
    pass


lates = [Late(), LateSub(), Late()]
for late in lates[:2]:
    for v in range(3):
        store(late, v)
    rounds("late", load, late)
Late.__setattr__ = lambda self, name, v: print("hooked", name, v)
for late in lates + [Late()]:
    store(late, 7)
    print(vars(late))
del Late.__setattr__
for late in lates:
    store(late, 8)
    rounds("unhooked", load, late)
