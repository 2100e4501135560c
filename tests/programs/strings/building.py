# Building long strings, piece by piece.
s = ""
for i in range(3000):
    s += str(i % 10)
print(len(s), s[:20], s[-10:])
t = s
s += "x"
t += "y"
print(s[-3:], t[-3:], len(s) == len(t))
parts = []
for i in range(1000):
    parts.append(chr(97 + i % 26))
joined = "".join(parts)
print(len(joined), joined[:30], joined.count("a"))
u = ""
for c in "abcdef":
    u = c + u
print(u)
w = "é"
for i in range(5):
    w += "😀" if i % 2 else "z"
print(w, len(w))
lines = []
for row in range(4):
    line = ""
    for column in range(row + 1):
        line += "*" if column % 2 else "#"
    lines.append(line)
print("\n".join(lines))
def describe(n):
    result = ""
    while n:
        result = "01"[n & 1] + result
        n >>= 1
    return result or "0"
print([describe(n) for n in range(9)])
class Buffer:
    def __init__(self):
        self.text = ""
    def add(self, piece):
        self.text += piece
        return self
b = Buffer()
for i in range(200):
    b.add("ab").add("c" * (i % 3))
print(len(b.text), b.text[:20])
snapshots = []
x = ""
for i in range(10):
    x += str(i)
    snapshots.append(x)
print(snapshots)
y = "abc" * 1000
y += y
print(len(y), y == "abc" * 2000, hash(y) == hash("abc" * 2000))
