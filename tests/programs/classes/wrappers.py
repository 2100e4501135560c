# property, classmethod and staticmethod objects themselves; data descriptors that cannot be read.
import types


class Doc(property):
    """doc of the subclass"""


class A:
    @classmethod
    def made(cls):
        "makes one"

    @staticmethod
    def free(x: int) -> str:
        "free function"

    @property
    def size(self):
        "the size"
        return 3

    documented = Doc(lambda self: 1)
    with_doc = Doc(lambda self: 1, doc="given")


for name in ("made", "free"):
    wrapper = A.__dict__[name]
    print(name, wrapper.__name__, wrapper.__qualname__, wrapper.__module__, wrapper.__doc__, sorted(wrapper.__dict__))
    print(wrapper.__wrapped__ is wrapper.__func__, type(wrapper)[int])
print(A.__dict__["free"].__annotations__, "__annotations__" in A.__dict__["free"].__dict__)
bare = classmethod.__new__(classmethod)
print(bare, bare.__func__)
bare.__init__(len)
print(bare.__func__ is len, bare.__name__)
try:
    classmethod()
except TypeError as error:
    print(error)

print(A.size.__name__, A.size.__doc__, A.documented.__doc__, A.with_doc.__doc__)
unnamed = property(lambda self: 1)
print(unnamed.__name__)
unnamed.__name__ = None
print(unnamed.__name__)
try:
    property().__set_name__()
except TypeError as error:
    print(error)


class Outer:
    class Inner:
        x = property()
        y = property(lambda self: 1)


for action in (lambda o: o.x, lambda o: setattr(o, "y", 1), lambda o: delattr(o, "y")):
    try:
        action(Outer.Inner())
    except AttributeError as error:
        print(error)


class WriteOnly:
    def __set__(self, instance, value):
        instance.__dict__["attribute"] = value * 2


class Holder:
    attribute = WriteOnly()


holder = Holder()
print(holder.attribute is Holder.__dict__["attribute"])
holder.attribute = 21
print(holder.attribute)


class Number(int):
    def __rpow__(self, other, mod=None):
        return ("reflected", int(other), int(self), mod)


print(pow(2, Number(3), 5), pow(2, 3, 5))
print(isinstance(3, int | str), isinstance(3.5, int | str), issubclass(bool, int | str))
try:
    isinstance(3.5, list[int] | int)
except TypeError as error:
    print(error)
print(hasattr(types.UnionType, "__instancecheck__"))
print(type(int.__format__).__name__, type(int.__add__).__name__, type(list.__getitem__).__name__, type(dict.__contains__).__name__)
