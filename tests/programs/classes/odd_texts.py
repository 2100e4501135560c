# Names, docs and lengths that are no good; formatting a subclass of str; a bytearray's __init__ that fails.
import sys
import types


def attempt(function, *args):
    try:
        print(function(*args))
    except Exception as error:
        print(type(error).__name__, str(error)[:60])


class Plain:
    pass


class Text(str):
    def __str__(self):
        return "its own text"


class Long:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n


class Module(types.ModuleType):
    __dict__ = 8


attempt(type, "A\udcdcB", (), {})
attempt(setattr, Plain, "__name__", "A\udcdcB")
attempt(type, "caf\xe9", (), {})
for n in (-1, -sys.maxsize - 10, sys.maxsize + 1, "4", 2.0, True):
    attempt(len, Long(n))
print(format(Text("plain")), format(Text("plain"), ""), f"{Text('plain')}", "{}".format(Text("plain")), format(Text("ab"), ">4"))
b = bytearray(b"abc")
attempt(b.__init__, 5, "x")
print(b)
b.__init__(b"new")
print(b)
attempt(b.__init__, ["a"])
print(b)
attempt(dir, Module("name"))
for function in (bin, oct, hex, zip, bytes.hex, memoryview.hex):
    print(function.__name__, ">>>" in function.__doc__)
