# Characters of strings and bytes: subscripts, loops, ord, equality, in native code and beyond what it serves.
def walk(text):
    total = 0
    for ch in text:
        total = (total * 31 + ord(ch)) % 1000003
    return total


def at(text, i):
    return text[i]


def same(a, b):
    return a == b, a != b


for _ in range(300):
    walk("hello, world")
print(walk("hello"), walk(""), walk("h\xe9llo"), walk("h\u20acllo"), walk("\U0001f600x"), walk(["a", "b"]), walk(("q",)))
for bad in (["ab"], [1], [""], b"ab", 7):
    try:
        print(walk(bad))
    except TypeError as e:
        print(e)
for i in range(3000):
    at("abcdef", i % 6)
print(at("abc", -1), at("a\xe9", 1), at("a\u20ac", 1), at("a\u20ac", 0), at("\U0001f600x", 0), at([1, 2], 1), at(b"ab", 1))
for bad in (("abc", 3), ("", 0), ("abc", "x"), ("abc", None)):
    try:
        at(*bad)
    except (IndexError, TypeError) as e:
        print(type(e).__name__, e)
parts = "".join(["ab", "cd"])
for i in range(3000):
    same(parts, "abcd" if i % 2 else "abce")
built = "ab"
built += "cd"


class Text(str):
    def __eq__(self, other):
        return "asked"

    __hash__ = str.__hash__


print(same(built, "abcd"), same(parts, built), same("a", "b"), same("\u20ac", "\u20ac"), same("ab", "a\u20ac"[:1] + "b"))
print(same(Text("a"), "a"), same("a", Text("a")), same(1, 1.0), same("a", None), same(b"a", "a"))


def find(text, wanted):
    n = 0
    for ch in text:
        if ch == wanted:
            n += 1
        elif ch in "0123456789":
            n += 100
    return n


print(find("a1b2a" * 300, "a"), find("\u20ac1" * 300, "\u20ac"))


def total(data):
    s = 0
    for byte in data:
        s = (s * 7 + byte) % 65537
    return s


for _ in range(300):
    total(b"some bytes")
print(total(b"some bytes"), total(bytearray(b"xyz")), total([1, 2]), total((3,)), total(memoryview(b"mv")), total(range(4)))


def shrink(n):
    items = list(range(n))
    seen = 0
    for x in items:
        seen += 1
        if x % 3 == 0:
            items.pop()
    return seen


print(shrink(5000))
print(min(3, 5), [min(i, 2.5) for i in range(4)], [max(i, True) for i in range(3)])


def clamp(v):
    return min(max(v, 0), 100)


for i in range(3000):
    clamp(i - 1000)
print(clamp(-5), clamp(50), clamp(500), clamp(2.5), clamp(10**30), clamp(True))
