# __getattr__, __getattribute__, __setattr__, __delattr__, __dir__, name mangling.
class Proxy:
    def __init__(self, target):
        object.__setattr__(self, "_target", target)
        object.__setattr__(self, "log", [])
    def __getattr__(self, name):
        self.log.append(f"get {name}")
        return getattr(self._target, name)
    def __setattr__(self, name, value):
        self.log.append(f"set {name}={value}")
        setattr(self._target, name, value)
    def __delattr__(self, name):
        self.log.append(f"del {name}")
        delattr(self._target, name)
class Target:
    x = 1
    def method(self): return f"method {self.x}"
proxy = Proxy(Target())
print(proxy.x, proxy.method())
proxy.x = 5
print(proxy.method())
del proxy.x
print(proxy.x, proxy.log)
class Everything:
    real = "real"
    def __getattribute__(self, name):
        if name.startswith("_"):
            return object.__getattribute__(self, name)
        return f"intercepted {name}"
e = Everything()
e.set = 1
print(e.real, e.set, e.anything, e.__dict__)
class Fallback:
    def __getattribute__(self, name):
        if name == "secret":
            raise AttributeError("hidden")
        return object.__getattribute__(self, name)
    def __getattr__(self, name): return f"fallback for {name}"
f = Fallback()
print(f.secret, f.other)
class Mangled:
    __private = 1
    __dunder__ = 2
    def __init__(self): self.__own = 3
    def get(self): return self.__private, self.__own, self.__dunder__
    def __method(self): return "private method"
    def call(self): return self.__method()
class MangledChild(Mangled):
    def __method(self): return "not overriding"
    def names(self): return sorted(n for n in dir(self) if "method" in n or "private" in n)
m = MangledChild()
print(m.get(), m.call(), m.names(), m._Mangled__own)
try:
    m.__private
except AttributeError as error:
    print(error)
class Dir:
    def __dir__(self): return ["b", "a"]
print(dir(Dir()))
class Suggest:
    length = 5
    def compute_total(self): pass
for name in ("lenght", "compute_totl", "zzz"):
    try:
        getattr(Suggest(), name)
    except AttributeError as error:
        print(error, error.name, type(error.obj).__name__)
class Frozen:
    def __init__(self): self.__dict__["value"] = 1
    def __setattr__(self, name, value): raise AttributeError(f"frozen: {name}")
frozen = Frozen()
try:
    frozen.value = 2
except AttributeError as error:
    print(error, frozen.value)
frozen.__dict__["value"] = 3
print(frozen.value)
class Chain:
    def __init__(self, path=""): self.path = path
    def __getattr__(self, name): return Chain(f"{self.path}.{name}")
    def __call__(self): return self.path
print(Chain().a.b.c())
class Instance: pass
i = Instance()
i.__dict__ = {"replaced": True}
print(i.replaced, vars(i))
i.__class__.added = "later"
print(i.added)
try:
    (5).x = 1
except AttributeError as error:
    print(error)
try:
    int.x = 1
except TypeError as error:
    print(error)
