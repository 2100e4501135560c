# habu: slow
# Resolution orders with classes that are no bases, nested class tuples, and comparisons that cannot be bound.


class Outside:
    value = 1


class Meta(type):
    def mro(cls):
        return (cls, Outside, object)


class Weird(metaclass=Meta):
    pass


def read():
    return Weird.value


for new in (2, 3, 4):
    print(read(), Weird.value)
    Outside.value = new
print(read(), Outside.__subclasses__(), Weird.__bases__)

nested = (str,)
for _ in range(50):
    nested = (nested, (bytes,))
print(isinstance('', nested), isinstance(1, nested), issubclass(bytes, nested), issubclass(int, nested))
for _ in range(300_000):
    nested = (nested,)
for check, subject in ((isinstance, 1), (issubclass, int)):
    try:
        check(subject, nested)
    except RecursionError as error:
        print(type(error).__name__)


def broken(kind):
    def get(self):
        raise kind('no comparison')
    return property(get)


class Quiet:
    __eq__ = broken(AttributeError)
    __lt__ = broken(AttributeError)


class Loud:
    __eq__ = broken(ZeroDivisionError)


one = Quiet()
print(one == one, one == Quiet(), one != Quiet())
for work in (lambda: Quiet() < Quiet(), lambda: Loud() == Loud()):
    try:
        print(work())
    except Exception as error:
        print(type(error).__name__, error)


class NotSubscriptable:
    __class_getitem__ = None


class Slotted:
    __slots__ = ('a',)


text = 'abc'
for work in (lambda: NotSubscriptable[int], lambda: Slotted().a, lambda: 'abc'[object()], lambda: text['x']):
    try:
        print(work())
    except Exception as error:
        print(type(error).__name__, error)


class Clears:
    def __init__(self, other):
        self.other = other

    def __eq__(self, _):
        self.other.clear()
        return NotImplemented


left, right = [], []
left.append(Clears(right))
right.append(Clears(left))
print(left == right, left, right)
shrinking = []
shrinking.append(Clears(shrinking))
print(shrinking == [1], shrinking)
