# property, class methods, static methods.
class Temperature:
    def __init__(self, celsius):
        self._celsius = celsius
    @property
    def celsius(self):
        "Degrees."
        return self._celsius
    @celsius.setter
    def celsius(self, value):
        if value < -273:
            raise ValueError("too cold")
        self._celsius = value
    @celsius.deleter
    def celsius(self):
        print("deleted")
        self._celsius = None
    @property
    def fahrenheit(self):
        return self._celsius * 9 / 5 + 32
    @classmethod
    def freezing(cls):
        return cls(0)
    @staticmethod
    def convert(f):
        return (f - 32) * 5 / 9
class Special(Temperature):
    @property
    def fahrenheit(self):
        return super().fahrenheit + 1000
t = Temperature(25)
print(t.celsius, t.fahrenheit, Temperature.freezing().celsius, Temperature.convert(212), t.convert(32), Special(0).fahrenheit, type(Special.freezing()).__name__)
t.celsius = 30
print(t.celsius, Temperature.celsius.__doc__, type(Temperature.celsius).__name__)
for action in (lambda: setattr(t, "celsius", -300), lambda: setattr(t, "fahrenheit", 1), lambda: delattr(t, "fahrenheit")):
    try:
        action()
    except (ValueError, AttributeError) as error:
        print(type(error).__name__, error)
del t.celsius
print(t.celsius, t.__dict__)
t.__dict__["celsius"] = "shadow"
print(t.celsius)
class Raw:
    value = property(lambda self: 5, None, None, "raw doc")
    def _set(self, v): self.stored = v
    other = property(fset=_set)
r = Raw()
r.other = 3
print(r.value, r.stored, Raw.value.__doc__)
try:
    r.other
except AttributeError as error:
    print(error)
class Broken:
    @property
    def bad(self):
        return self.missing
    def __getattr__(self, name):
        return f"fallback {name}"
print(Broken().bad)
class Counted:
    instances = 0
    def __new__(cls, *args):
        cls.instances += 1
        return super().__new__(cls)
    def __init__(self, n):
        self.n = n
print(Counted(1).n, Counted(2).n, Counted.instances)
class Single:
    _one = None
    def __new__(cls):
        if cls._one is None:
            cls._one = object.__new__(cls)
        return cls._one
print(Single() is Single())
class NotInit:
    def __new__(cls):
        return 42
    def __init__(self):
        print("never")
print(NotInit())
class Returns:
    def __init__(self):
        return 5
try:
    Returns()
except TypeError as error:
    print(error)
