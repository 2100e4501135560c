# Classes: attributes, methods, inheritance of data, representation.
class Animal:
    """An animal."""
    kingdom = "animalia"
    count = 0

    def __init__(self, name, sound="..."):
        self.name = name
        self.sound = sound
        Animal.count += 1

    def speak(self):
        return f"{self.name} says {self.sound}"

    def __repr__(self):
        return f"{type(self).__name__}({self.name!r})"

    def __str__(self):
        return f"<{self.name}>"


class Dog(Animal):
    def __init__(self, name):
        super().__init__(name, "woof")
        self.tricks = []

    def learn(self, trick):
        self.tricks.append(trick)
        return self


class Puppy(Dog):
    def speak(self):
        return super().speak().upper() + "!"


a, d, p = Animal("cat", "meow"), Dog("rex"), Puppy("bit")
print(a.speak(), d.speak(), p.speak(), [a, d, p], str(a), f"{d} {p!r}", Animal.count)
print(d.learn("sit").learn("roll").tricks, p.tricks, d.kingdom, Puppy.kingdom)
d.kingdom = "own"
print(d.kingdom, Dog.kingdom, a.kingdom, d.__dict__, sorted(vars(Dog)), Animal.__doc__, Dog.__doc__)
Animal.kingdom = "changed"
print(a.kingdom, d.kingdom, p.kingdom)
del d.kingdom
print(d.kingdom)
print(isinstance(p, Animal), isinstance(a, Dog), issubclass(Puppy, Animal), type(p) is Puppy, p.__class__.__name__, Puppy.__mro__, Puppy.__bases__, Puppy.__base__)
print(Puppy.__name__, Puppy.__qualname__, Puppy.__module__, Dog.speak is Animal.speak, Dog.__init__ is Animal.__init__)
a.speak = lambda: "patched"
print(a.speak(), Animal.speak(a))
Animal.speak = lambda self: "class patched"
print(a.speak(), d.speak(), p.speak())
class Empty: pass
e = Empty()
e.x = e
print(e.x.x.x is e, repr(e).startswith("<__main__.Empty object at 0x"), repr(Empty), Empty() == Empty(), e == e, hash(e) == hash(e), bool(e))
class Body:
    squares = [n * n for n in range(4)]
    for i in range(3):
        pass
    if i == 2:
        def conditional(self): return "yes"
    total = sum(squares)
print(Body.squares, Body.i, Body().conditional(), Body.total)
for action in (lambda: e.nothing, lambda: Empty.nothing, lambda: Empty(1), lambda: e(), lambda: Animal(), lambda: Dog(), lambda: e + 1, lambda: e[0], lambda: len(e), lambda: e < e, lambda: -e, lambda: iter(e), lambda: 1 in e, lambda: e()):
    try:
        print(action())
    except (AttributeError, TypeError) as error:
        print(type(error).__name__, error)
X = type("X", (Animal,), {"extra": 5, "hi": lambda self: "hi " + self.name})
print(X("dyn").hi(), X.extra, X.__mro__[1].__name__)
def build(base):
    class Local(base):
        tag = base.__name__
    return Local
print(build(Dog).tag, build(int)(5) + 1, build(list)("ab"))
