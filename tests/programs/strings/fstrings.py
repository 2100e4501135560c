# f-strings, nested and with every kind of field.
name, number, items = "Ada", 42, [1, 2, 3]
print(f"{name} {number} {items} {items[0]} {name.upper()} {number + 1} {'q'}")
print(f"{name!r} {name!s} {name!a} {name!r:>8}|{name:<6}|{name:^7}|{number:>{5}}|{3.14159:.{2}f}")
print(f"{{}} {{{number}}} {{{{{number}}}}}", f"{'nested ' + f'{number} {f"{name}"}'}")
print(f"{number = }", f"{number=}", f"{number + 1=:>6}", f"{name = !s}", f"{items[0] = }")
print(f"{'a' if number > 40 else 'b'}", f"{(lambda x: x * 2)(21)}", f"{ {'k': 1}['k'] }", f"{[x for x in items if x > 1]}")
print(f"line {
    number
    + 1
}", f"{'\n'.join(['a', 'b'])}")
print(f"{number:{'>' + '8'}}|{number:0{4}d}|{number:#x}|{number!r:0>5}")
print(f'{name}' f" {number}" " plain {name}", rf"\d{number}\n", f"\t{name}\x41", f"")
print(f"{1, 2}", f"{*items,}", f"{number:}", f"{number!s:}", f"{(x := 5)} {x}", f"{number:%}" if False else "skip")


class Spec:
    def __format__(self, spec):
        return f"<{spec}>"

    def __repr__(self):
        return "Spec()"

    def __str__(self):
        return "spec"


thing = Spec()
print(f"{thing} {thing:abc} {thing!r} {thing!s:>6}| {thing:{name}-{number}} {[thing]}")
print("{} {!r} {!s} {:abc}".format(thing, thing, thing, thing), "%s %r" % (thing, thing))
try:
    f"{object():x}"
except TypeError as error:
    print(error)
try:
    f"{name:d}"
except ValueError as error:
    print(error)


class Bad:
    def __format__(self, spec):
        return 1


try:
    f"{Bad()}"
except TypeError as error:
    print(error)
total = ""
for index in range(5):
    total += f"{index}:{index ** 2:02d};"
print(total)
def wrap(fn):
    return lambda *a: f"[{fn(*a)}]"
print(wrap(lambda a, b: f"{a}-{b}")(1, 2))
