# dataclasses.
from dataclasses import FrozenInstanceError, asdict, astuple, dataclass, field, fields, replace


@dataclass
class Point:
    x: int
    y: int = 0


@dataclass(order=True)
class Version:
    major: int
    minor: int = 0
    name: str = field(default="", compare=False)
    tags: list = field(default_factory=list, repr=False, compare=False)


@dataclass(frozen=True)
class Frozen:
    a: int
    b: tuple = ()


@dataclass
class Child(Point):
    z: int = 5

    def __post_init__(self):
        self.total = self.x + self.y + self.z


@dataclass(slots=True, kw_only=True)
class Slotted:
    name: str
    size: float = 1.5


p = Point(1)
print(p, p == Point(1, 0), p != Point(2), asdict(p), astuple(p), replace(p, y=9), [f.name for f in fields(Point)])
print(Version(1, 2) < Version(1, 10), sorted([Version(2), Version(1, 5, "b")]), Version(1, name="x") == Version(1, name="y"))
a, b = Version(1), Version(1)
a.tags.append("t")
print(a.tags, b.tags, repr(a))
f = Frozen(1, (2,))
print(f, hash(f) == hash(Frozen(1, (2,))), {f: 1}[Frozen(1, (2,))])
for action in (lambda: setattr(f, "a", 2), lambda: Point(), lambda: Point(1, 2, 3), lambda: Slotted("x"), lambda: hash(p), lambda: Version(1) < 5):
    try:
        action()
    except (FrozenInstanceError, TypeError) as error:
        print(type(error).__name__, error)
print(Child(1, 2), Child(1).total, Slotted(name="n"), Slotted.__slots__, Child.__match_args__)
match Point(3, 4):
    case Point(x, y):
        print("matched", x, y)
try:
    @dataclass
    class Bad:
        items: list = []
except ValueError as error:
    print(error)
try:
    @dataclass
    class Order:
        a: int = 1
        b: int
except TypeError as error:
    print(error)
print(asdict(Version(1, tags=[Point(1, 2)])))
