# Strings built, sliced and compared in hot loops.
def build(n):
    s = ""
    for i in range(n):
        s += chr(97 + i % 26)
    return s


s = build(8000)
print(len(s), s[:30], s[-5:])


def count_vowels(text):
    c = 0
    for ch in text:
        if ch in "aeiou":
            c += 1
    return c


print(count_vowels(s))


def reverse(text):
    out = ""
    for ch in text:
        out = ch + out
    return out


print(reverse(s[:500]) == s[:500][::-1])


def by_index(text):
    h = 0
    for i in range(len(text)):
        h = (h * 31 + ord(text[i])) & 0xFFFFFFFF
    return h


print(by_index(s), by_index(s + "é"), by_index("😀" * 2000))


def alias(n):
    a = "x"
    kept = []
    for i in range(n):
        b = a
        a += "y"
        b += "z"
        if i % 1000 == 0:
            kept.append((len(a), len(b), a[-1], b[-1]))
            a = a[:5]
    return kept, len(a)


print(alias(3000))


def formats(n):
    total = 0
    for i in range(n):
        t = f"{i}:{i * 2:04d}:{i / 4:.2f}"
        total += len(t)
    return total, t


print(formats(3000))


def widen(n):
    w = ""
    for i in range(n):
        w += "a" if i < n - 2 else ("é" if i == n - 2 else "😀")
    return len(w), w[-3:]


print(widen(5000))


class Writer:
    def __init__(self):
        self.out = ""

    def write(self, piece):
        self.out += piece


w = Writer()
for i in range(6000):
    w.write("ab"[i % 2])
print(len(w.out), w.out[:6])


def join_parts(n):
    parts = []
    for i in range(n):
        parts.append(str(i))
    return len(",".join(parts)), ",".join(parts)[:20]


print(join_parts(3000))


def compare(n):
    eq = lt = 0
    words = ["apple", "pear", "fig", "apple"]
    for i in range(n):
        a, b = words[i % 4], words[(i * 3) % 4]
        eq += a == b
        lt += a < b
        eq += a + b == b + a
    return eq, lt


print(compare(4000))
text = ""
for i in range(5000):
    if i % 3 == 0:
        text += "fizz"
    if i % 5 == 0:
        text += "buzz"
print(len(text), text.count("fizzbuzz"), text[-12:])
d = {}
for ch in text:
    d[ch] = d.get(ch, 0) + 1
print(d)
