# Descriptors: data and non-data, __set_name__, lookup order.
class Typed:
    def __init__(self, kind):
        self.kind = kind
    def __set_name__(self, owner, name):
        self.name = name
        self.owner = owner.__name__
    def __get__(self, instance, owner=None):
        if instance is None:
            return f"Typed {self.owner}.{self.name}"
        return instance.__dict__.get(self.name, "unset")
    def __set__(self, instance, value):
        if not isinstance(value, self.kind):
            raise TypeError(f"{self.name} must be {self.kind.__name__}, not {type(value).__name__}")
        instance.__dict__[self.name] = value
    def __delete__(self, instance):
        del instance.__dict__[self.name]
class Person:
    name = Typed(str)
    age = Typed(int)
p = Person()
print(p.name, Person.age)
p.name = "Al"; p.age = 3
print(p.name, p.age, p.__dict__)
try:
    p.age = "old"
except TypeError as error:
    print(error)
del p.age
print(p.age)
class NonData:
    def __get__(self, instance, owner):
        return ("non-data", instance is None, owner.__name__)
class Data(NonData):
    def __set__(self, instance, value):
        instance.__dict__["stored"] = value
class Holder:
    n = NonData()
    d = Data()
    plain = 1
h = Holder()
print(h.n, Holder.n, h.d)
h.__dict__.update(n="instance n", d="instance d")
print(h.n, h.d)
h.d = 9
print(h.__dict__)
class Lazy:
    def __init__(self, function):
        self.function = function
    def __set_name__(self, owner, name):
        self.name = name
    def __get__(self, instance, owner):
        if instance is None:
            return self
        value = self.function(instance)
        instance.__dict__[self.name] = value
        return value
class Expensive:
    @Lazy
    def result(self):
        print("computing")
        return 42
e = Expensive()
print(e.result, e.result, e.__dict__)
class ReadOnly:
    def __get__(self, instance, owner): return "read only"
    def __set__(self, instance, value): raise AttributeError("no writing")
class R:
    attribute = ReadOnly()
r = R()
for action in (lambda: setattr(r, "attribute", 1), lambda: delattr(r, "attribute")):
    try:
        action()
    except AttributeError as error:
        print(error)
function = Person.__init__
class WithFunction:
    def method(self): return "bound"
w = WithFunction()
print(WithFunction.__dict__["method"].__get__(w)(), WithFunction.__dict__["method"].__get__(None, WithFunction) is WithFunction.method)
class Method:
    def __init__(self, f): self.f = f
    def __get__(self, obj, cls): return lambda *a: ("via", self.f(obj, *a))
class Uses:
    @Method
    def go(self, x): return x + 1
print(Uses().go(1))
Holder.late = Data()
print(h.late)
class BadName:
    def __set_name__(self, owner, name):
        raise ValueError("bad name")
try:
    class Fails:
        attribute = BadName()
except ValueError as error:
    print(error, error.__notes__)
