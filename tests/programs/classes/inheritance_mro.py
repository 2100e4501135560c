# Multiple inheritance, the order of resolution, cooperative super.
class Base:
    def __init__(self, **kwargs):
        self.log = ["Base"]
        assert not kwargs
    def who(self):
        return ["Base"]
class A(Base):
    def __init__(self, a, **kwargs):
        super().__init__(**kwargs)
        self.a = a
        self.log.append("A")
    def who(self):
        return ["A"] + super().who()
class B(Base):
    def __init__(self, b, **kwargs):
        super().__init__(**kwargs)
        self.b = b
        self.log.append("B")
    def who(self):
        return ["B"] + super().who()
class C(A, B):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.log.append("C")
    def who(self):
        return ["C"] + super().who()
c = C(a=1, b=2)
print(c.log, c.a, c.b, c.who(), [k.__name__ for k in C.__mro__], [k.__name__ for k in C.mro()])
print(super(A, c).who(), super(C, c).who(), super(B, c).who(), C.who(c), B.who(c))
for build in (lambda: type("Bad", (Base, A), {}), lambda: type("Bad", (A, A), {}), lambda: type("Bad", (bool,), {}), lambda: type("Bad", (int, str), {}), lambda: type("Bad", (5,), {})):
    try:
        build()
    except TypeError as error:
        print(error)
class Mixin:
    def describe(self):
        return f"{self.__class__.__name__}:{self.value}"
class Value:
    value = 5
class Both(Mixin, Value): pass
print(Both().describe())
class Outer:
    def method(self):
        return [super().__repr__().startswith("<"), (lambda: __class__.__name__)()]
    @classmethod
    def make(cls):
        return cls.__name__
    @staticmethod
    def stat():
        return __class__.__name__
class Child(Outer):
    @classmethod
    def make(cls):
        return "Child+" + super().make()
print(Child().method(), Child.make(), Child().make(), Child.stat())
class Diamond1(A): 
    def who(self): return ["D1"] + super().who()
class Diamond2(B):
    def who(self): return ["D2"] + super().who()
class Bottom(Diamond1, Diamond2): pass
print(Bottom(a=1, b=1).who())
A.who = lambda self: ["patched"] + super(A, self).who()
print(Bottom(a=1, b=1).who(), c.who())
try:
    super(A, 5)
except TypeError as error:
    print(error)
class NoSuper:
    def m(self):
        return super().missing
try:
    NoSuper().m()
except AttributeError as error:
    print(error)
class Changeable: 
    x = "one"
class Other:
    x = "two"
obj = Changeable()
obj.__class__ = Other
print(obj.x, type(obj).__name__)
class Dyn(Changeable): pass
Dyn.__bases__ = (Other,)
print(Dyn().x, Dyn.__mro__)
