# Native functions called with every number of their optional arguments, by position and by name.
def show(f, *args, **kw):
    try:
        print(repr(f(*args, **kw)), end="; ")
    except Exception as e:
        print(type(e).__name__, e)


text = "a-b-c-a"
for args in ((), ("-",), ("-", 1), ("-", 1, 2)):
    show(text.split, *args)
print()
for args in ((), ("a",), ("a", 1), ("a", 1, 5), ("a", None, -1), ("a", 1, 2, 3)):
    show(text.find, *args)
    show(text.count, *args)
    show(text.startswith, *args)
print()
show(text.replace, "a")
show(text.replace, "a", "x")
show(text.replace, "a", "x", 1)
show(text.replace, "a", "x", count=1)
show(text.replace, "a", "x", 1, 2)
show(text.split, maxsplit=1, sep="-")
show(text.split, "-", sep="-")
show(text.encode)
show(text.encode, "ascii")
show(text.encode, "ascii", "strict")
show(text.encode, errors="strict")
print()
for args in ((), ((3, 1, 2),), ((3, 1, 2), None)):
    show(sorted, *args)
show(sorted, (3, 1, 2), reverse=True)
show(sum)
show(sum, [1])
show(sum, [1], 2)
show(sum, [1], start=2)
show(sum, [1], 2, 3)
print()
for args in ((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)):
    show(range, *args)
    show(slice, *args)
    show(dict.fromkeys, *args)
print()
d = {1: 2}
for args in ((), (1,), (3,), (3, 4), (3, 4, 5)):
    show(d.get, *args)
    show(d.pop, *args)
    show(d.setdefault, *args)
print(d)
for args in ((), (5,), ("7",), ("z", 36), ("7", 8, 9), (2.5, 10)):
    show(int, *args)
    show(str, *args)
    show(type, *args)
print()
for f in (int, str, list, tuple, dict, set, float, bool, type, enumerate, zip, map, filter, range, object, ValueError):
    show(f, [])
print()
show(getattr, d, "missing", 1)
show(getattr, d, "missing")
show(next, iter([]), 1)
show(next, iter([]))
show(pow, 2, 10)
show(pow, 2, 10, 7)
show(pow, 2, exp=10, mod=7)
show(round, 2.567, 1)
show(round, 2.567)
show(print, "x", sep="")
show(int.to_bytes, 5)
show(int.to_bytes, 5, 2)
show(int.to_bytes, 5, 2, "little")
show(int.to_bytes, 5, 2, "little", True)
show(int.from_bytes, b"\x01\x02", "little", signed=True)
import struct
show(struct.pack, "<h", 1)
show(struct.pack)
show(struct.pack, "<h")
show(struct.Struct("<hh").pack, 1, 2)
show(struct.Struct("<hh").pack, 1)
show(struct.Struct.pack)
show(struct.Struct.pack, 1, 2)
show(struct.unpack_from, "<h", b"\x01\x00\x02\x00", 2)
print()


class Meta(type):
    def __call__(cls, *args):
        return "made", cls.__name__, args


class Odd(int, metaclass=Meta):
    pass


class Sub(str):
    def __new__(cls, *args):
        return super().__new__(cls, "sub")


print(Odd(1), Sub(5), type(Sub(5)).__name__, type(5), type(type), [type(x) for x in (1, "a", None)])
