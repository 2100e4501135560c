# enum.
from enum import Enum, Flag, IntEnum, StrEnum, auto, unique


class Color(Enum):
    RED = 1
    GREEN = 2
    BLUE = 3
    CRIMSON = 1

    @property
    def pretty(self):
        return self.name.title()

    @classmethod
    def default(cls):
        return cls.GREEN


class Level(IntEnum):
    LOW = 1
    HIGH = 10


class Perm(Flag):
    R = auto()
    W = auto()
    X = auto()
    RW = R | W


class Name(StrEnum):
    FIRST = auto()
    SECOND = "two"


print(Color.RED, repr(Color.RED), Color.RED.name, Color.RED.value, Color(2), Color["BLUE"], Color.CRIMSON is Color.RED, list(Color), len(Color))
print(Color.RED.pretty, Color.default(), Color.RED == 1, Color.RED is Color(1), Color.RED in Color, {Color.RED: "r"}[Color.RED], isinstance(Color.RED, Color), list(Color.__members__))
print(Level.HIGH > Level.LOW, Level.HIGH + 1, Level(10), f"{Level.LOW}", sorted([Level.HIGH, Level.LOW]), Level.LOW == 1)
print(Perm.R | Perm.X, Perm.RW, Perm.R in Perm.RW, Perm.RW & Perm.W, ~Perm.R, Perm(0), bool(Perm(0)), Perm.RW.value, list(Perm.RW))
print(Name.FIRST, Name.SECOND == "two", Name.FIRST.upper(), [auto_member.value for auto_member in Name])
for action in (lambda: Color(9), lambda: Color["NONE"], lambda: setattr(Color, "RED", 5), lambda: Color.RED < Color.BLUE, lambda: type("Sub", (Color,), {})):
    try:
        print(action())
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        print(type(error).__name__, error)
try:
    @unique
    class Dup(Enum):
        A = 1
        B = 1
except ValueError as error:
    print(error)


class Planet(Enum):
    EARTH = (5.97, 6.37)
    MARS = (0.64, 3.39)

    def __init__(self, mass, radius):
        self.mass, self.radius = mass, radius


print([(p.name, p.mass, p.radius) for p in Planet], Enum("Animal", "CAT DOG").DOG)
match Color.RED:
    case Color.GREEN:
        print("green")
    case Color.RED:
        print("red")
