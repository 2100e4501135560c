# Metaclasses, __init_subclass__, __class_getitem__, __prepare__, class keywords.
class Meta(type):
    def __new__(mcls, name, bases, namespace, **kwargs):
        cls = super().__new__(mcls, name, bases, namespace)
        cls.created = (name, sorted(kwargs))
        return cls
    def __init__(cls, name, bases, namespace, **kwargs):
        super().__init__(name, bases, namespace)
        cls.options = kwargs
    def __call__(cls, *args):
        instance = super().__call__(*args)
        instance.stamped = True
        return instance
    def __repr__(cls): return f"<meta {cls.__name__}>"
    def __len__(cls): return 42
    def __getattr__(cls, name): return f"class attribute {name}"
    def __contains__(cls, item): return item == 1
    def __iter__(cls): return iter("xyz")
    @property
    def shout(cls): return cls.__name__.upper()
class Base(metaclass=Meta, flag=1):
    def __init__(self, v): self.v = v
class Child(Base, other=2): pass
print(Base, Child, Base.created, Child.created, Child.options, type(Child).__name__, Child(5).stamped, len(Base), Base.anything, 1 in Base, list(Child), Base.shout)
try:
    Base(1).shout
except AttributeError as error:
    print(error)
class Plugin:
    registry = []
    def __init_subclass__(cls, /, label="none", **kwargs):
        super().__init_subclass__(**kwargs)
        cls.registry.append((cls.__name__, label))
class One(Plugin, label="first"): pass
class Two(One): pass
print(Plugin.registry)
try:
    class Bad(Plugin, unknown=1): pass
except TypeError as error:
    print(error)
class Generic:
    def __class_getitem__(cls, item): return (cls.__name__, item)
print(Generic[int], Generic["a", 1])
class Ordered(type):
    @classmethod
    def __prepare__(mcls, name, bases):
        return Recorder()
    def __new__(mcls, name, bases, namespace):
        cls = super().__new__(mcls, name, bases, dict(namespace))
        cls.order = [k for k in namespace.log if not k.startswith("__")]
        return cls
class Recorder(dict):
    def __init__(self): self.log = []
    def __setitem__(self, k, v):
        self.log.append(k)
        super().__setitem__(k, v)
class Fields(metaclass=Ordered):
    b = 1
    a = 2
    def method(self): pass
    b = 3
print(Fields.order, Fields.b)
class Other(type): pass
class OtherBase(metaclass=Other): pass
try:
    class Conflict(Base, OtherBase): pass
except TypeError as error:
    print(error)
def function_meta(name, bases, namespace): return (name, bases, sorted(k for k in namespace if k[0] != "_"))
class Made(metaclass=function_meta):
    x = 1
    def f(self): pass
print(Made)
class Check(type):
    def __instancecheck__(cls, instance): return instance == "yes"
    def __subclasscheck__(cls, sub): return sub is int
class Magic(metaclass=Check): pass
print(isinstance("yes", Magic), isinstance("no", Magic), issubclass(int, Magic), issubclass(str, Magic))
print(type(Meta).__name__, type(type).__name__, isinstance(Base, Meta), isinstance(Meta, type), Meta.__mro__[1] is type)
print(type.__call__(Base, 3).v, hasattr(type.__call__(Base, 3), "stamped"))
