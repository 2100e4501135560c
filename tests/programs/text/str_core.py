"""Strings as values: growth, sharing, widths, hashing, subclasses, iteration."""


def grow(n, piece):
    s = ""
    for i in range(n):
        s += piece
    return s


s = grow(20000, "abc")
print(len(s), s[:6], s[-3:], s == "abc" * 20000)

# Two strings that grow from the same text do not see each other.
base = grow(100, "0123456789")
left, right = base + "L", base + "R"
for i in range(50):
    left += "l"
    right += "r"
print(left[-4:], right[-4:], left[1000], right[1000], base[-1], len(base))

# Appending something wider widens the copy and leaves the shorter strings alone.
wide = base + "é"
wider = wide + "€"
widest = wider + "\U0001f600"
print(len(base), len(wide), len(wider), len(widest), ascii(widest[-4:]), base.isascii())
print(widest[:1000] == base, widest.encode("utf-8")[-9:])
parts = []
text = ""
for c in "aé€\U0001f600z":
    text += c
    parts.append(text)
print(ascii(parts))

# Narrow again after slicing: equal strings are equal whatever they were cut from.
cut = widest[:10]
print(cut == "0123456789", hash(cut) == hash("0123456789"), {cut: 1}["0123456789"], cut.isascii())
print("é€"[:1] == "é", "x€".replace("€", "") == "x", "€x"[1:] in {"x"})

# Dict keys made in different ways.
d = {}
for i in range(100):
    d["k" + str(i)] = i
print(sum(d["k%d" % i] for i in range(100)), d[f"k{42}"], d["".join(["k", "7"])])


class Name(str):
    """A string with an attribute."""

    def __new__(cls, text, extra):
        self = super().__new__(cls, text)
        self.extra = extra
        return self

    def shout(self):
        return self.upper() + "!"


n = Name("ada", 7)
print(n, n.extra, n.shout(), type(n) is Name, type(n + "x") is str, type(n[:]) is str, type(n.strip()) is str)
print(n == "ada", hash(n) == hash("ada"), {n: 1}["ada"], isinstance(n, str), len(n), n * 2, "x".join([n, n]))
print(repr(n), "%s" % n, f"{n}", f"{n!r:>7}", "{}".format(n), str(n) is n, type(str(n)) is str)


class Shy(str):
    def __str__(self):
        return "hidden"

    def __repr__(self):
        return "<shy>"

    def __format__(self, spec):
        return "formatted " + spec


x = Shy("open")
print(str(x), repr(x), f"{x:abc}", "%s" % x, "%r" % x, x + "!", "".join([x]), [x])


class Left:
    def __radd__(self, other):
        return ("radd", other)

    def __rmul__(self, other):
        return ("rmul", other)

    def __rmod__(self, other):
        return "never: str formats first"

    def __str__(self):
        return "left"


print("a" + Left(), "a" * Left(), "%s" % Left())

it = iter("aé€")
print(next(it), it.__length_hint__(), ascii(list(it)), list(it), ascii([c for c in "x\U0001f600y"]))
print([c for c in reversed("abc")], list(enumerate("ab")), "".join(sorted("hello")), max("hello"), list(zip("ab", "cd")))
a, *rest = "abcd"
print(a, rest, "a" "b", "abc" "def"[1:])
print(ascii("\ud800" + "\udc00"), len("\ud800" + "\udc00"), "\ud800\udc00" == "\U00010000")
try:
    "\ud800".encode()
except UnicodeEncodeError as e:
    print(e.encoding, ascii(e.object), e.start, e.end, e.reason, ascii(str(e)))
try:
    b"ab\xff".decode("ascii")
except UnicodeDecodeError as e:
    print(e.encoding, e.object, e.start, e.end, e.reason, e)
print("ab" < "abc" < "abd", "Z" < "a", "" < "a", "é" > "z", "\uffff" < "\U00010000", not "" and bool("0"))
print(min("b", "a"), "a" in "abc", "" in "abc", "abc" not in "ab", "b".__eq__(1), "b".__lt__(1))
