# Which objects sequence and mapping patterns take: classes registered late, subclasses, text and bytes.
import collections
import collections.abc


def kind(subject):
    match subject:
        case [*_]:
            return "sequence"
        case {}:
            return "mapping"
        case _:
            return "neither"


class Registered:
    pass


class Before(Registered):
    pass


class Both(collections.UserDict, collections.abc.Sequence):
    pass


class Counting(collections.abc.Sequence):
    def __getitem__(self, i):
        if i < 3:
            return i
        raise IndexError(i)

    def __len__(self):
        return 3


print(kind(Registered()), kind(Before()))
collections.abc.Sequence.register(Registered)


class After(Registered):
    pass


print(kind(Registered()), kind(Before()), kind(After()))
for subject in ["abc", b"abc", bytearray(b"abc"), memoryview(b"abc"), range(2), (), [], {}, set(), collections.deque(),
                collections.ChainMap(), collections.UserList(), Counting(), iter([])]:
    print(type(subject).__name__, kind(subject))
print(kind(Both()))
match Counting():
    case [first, *rest]:
        print(first, rest)
print(hasattr(collections.abc.Sequence, "__abc_tpflags__"))
