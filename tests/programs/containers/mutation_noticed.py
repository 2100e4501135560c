# Changes of a container that is being sorted, walked backwards or repeated by something else.
d = dict.fromkeys(range(10))
for i in range(7):
    del d[i]
walkers = [reversed(d), reversed(d.keys()), reversed(d.values()), reversed(d.items())]
for walker in walkers:
    next(walker)
d.clear()
d.update(dict.fromkeys(range(10)))
for i in range(3, 10):
    del d[i]
for walker in walkers:
    try:
        print(list(walker))
    except RuntimeError as error:
        print(error)
d = {f"k{i}": i for i in range(100)}
walker = reversed(d)
d.clear()
d["k0"] = 0
try:
    print(list(walker))
except RuntimeError as error:
    print(error)


class Key:
    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        items.append(3)
        items.pop()
        return self.value < other.value


items = [2, 1]
try:
    items.sort(key=Key)
except ValueError as error:
    print(error, items)
print(type({"a": 1}.keys() & frozenset("ab")), type({"a": 1}.keys() & {"a"}))


class Partial:
    def __rmul__(self, other):
        return NotImplemented


for sequence in ([1], (1,), "a", b"a", bytearray(b"a")):
    try:
        sequence * Partial()
    except TypeError as error:
        print(error)
group = ExceptionGroup("several", errors := [ValueError(1)])
errors.clear()
print(repr(group), group.args)
group.args = ()
print(repr(group))
view = memoryview(b"abc")


class Separator(bytes):
    def __len__(self):
        view.release()
        return 1


try:
    view.hex(Separator(b":"))
except BufferError as error:
    print(error)
print(0.0 ** float("-inf"))
