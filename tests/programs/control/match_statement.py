# Structural pattern matching of every pattern kind.
class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __repr__(self):
        return f"Point({self.x}, {self.y})"


class Color:
    RED = 1
    BLUE = "blue"


def describe(value):
    match value:
        case None | True | False:
            return f"constant {value}"
        case 0 | 0.5 | -1 | 2 + 3j:
            return f"number {value}"
        case Color.RED | Color.BLUE:
            return f"color {value}"
        case "hello" | b"bytes":
            return f"literal {value!r}"
        case int(n) if n > 1000:
            return f"big {n}"
        case int() | float() as number:
            return f"plain {number}"
        case str(text):
            return f"text {text}"
        case []:
            return "empty sequence"
        case [x]:
            return f"one {x}"
        case [1, 2, *rest]:
            return f"starts 1 2 then {rest}"
        case (Point(x=0, y=0), *_, Point() as last):
            return f"points from origin to {last}"
        case [first, *_, last] if first == last:
            return f"same ends {first}"
        case [[a, b], [c, d]]:
            return f"matrix {a} {b} {c} {d}"
        case {"type": "circle", "radius": r, **others}:
            return f"circle {r} {others}"
        case {"type": kind}:
            return f"kind {kind}"
        case {}:
            return "some mapping"
        case Point(0, y):
            return f"on y axis at {y}"
        case Point(x, y=0):
            return f"on x axis at {x}"
        case Point(x, y) if x == y:
            return f"diagonal {x}"
        case Point():
            return "some point"
        case _:
            return f"other {type(value).__name__}"


samples = [None, True, 0, 0.5, -1, 2 + 3j, 1, "blue", "hello", b"bytes", 5000, 42, 2.5, "text", [], (), [7], [1, 2], (1, 2, 3, 4),
           [Point(0, 0), 5, Point(3, 4)], [5, 6, 5], [[1, 2], (3, 4)], [1, 5], {"type": "circle", "radius": 2, "z": 1}, {"type": "box"}, {},
           {"a": 1}, Point(0, 5), Point(5, 0), Point(3, 3), Point(1, 2), {1, 2}, object(), range(2), bytearray(b"x")]
for sample in samples:
    print(sample if type(sample) is not object else "object", "->", describe(sample))


def command(line):
    match line.split():
        case ["go", ("north" | "south" | "east" | "west") as direction]:
            return f"going {direction}"
        case ["go", other]:
            return f"cannot go {other}"
        case ["take", *things] if things:
            return f"taking {', '.join(things)}"
        case ["quit" | "exit"]:
            return "bye"
        case [] | [""]:
            return "silence"
        case [verb, *_]:
            return f"unknown {verb}"


for line in ["go north", "go up", "take a b", "take", "quit", "", "dance now please"]:
    print(command(line))


def evaluate(tree):
    match tree:
        case int() | float():
            return tree
        case ("+", left, right):
            return evaluate(left) + evaluate(right)
        case ("*", left, right):
            return evaluate(left) * evaluate(right)
        case ("-", operand):
            return -evaluate(operand)
        case _:
            raise ValueError(f"bad tree {tree!r}")


print(evaluate(("+", 2, ("*", 3, ("-", 4)))))
try:
    evaluate(("?", 1))
except ValueError as error:
    print(error)
match 5:
    case captured:
        pass
print(captured)
match {"a": 1}:
    case {"b": _}:
        print("no")
match (1, 2):
    case 1, second:
        print("open sequence", second)
try:
    match Point(1, 2):
        case Point(1, 2, 3):
            pass
except TypeError as error:
    print(error)
match = 5
case = 6
_ = 7
print(match, case, _)
