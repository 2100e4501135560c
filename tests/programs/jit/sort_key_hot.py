# Sorting with Python key functions and comparison methods, repeatedly.
def shuffle(n, seed):
    out = []
    for i in range(n):
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        out.append(seed)
    return out


def key(x):
    return x % 1000


data = shuffle(3000, 7)
total = 0
for r in range(3):
    s = sorted(data, key=key)
    total += s[0] + s[-1] + s[1500]
    s.sort(key=lambda x: -x)
    total += s[0] - s[-1]
print(total)


class P:
    def __init__(self, a, b):
        self.a, self.b = a, b

    def __lt__(self, o):
        return (self.a, self.b) < (o.a, o.b)


ps = [P(x % 7, x % 101) for x in data[:1000]]
ps.sort()
print([(p.a, p.b) for p in ps[:4]], (ps[-1].a, ps[-1].b))
print([(p.a, p.b) for p in sorted(ps, key=lambda p: (p.b, -p.a))[:4]])
mixed = [x if x % 2 else x * 1.0 for x in data]
print(sorted(mixed)[:3], sorted(mixed, key=lambda v: v / 2, reverse=True)[:2])
words = [chr(97 + x % 26) + chr(97 + x // 26 % 26) + str(x % 10) for x in data]
print(sorted(words)[:5], sorted(words, key=len)[:3], sorted(set(words), key=lambda w: (w[1], w[0], w[2]))[:5])
print(max(data, key=key), min(data, key=key), max(words, key=lambda w: w[::-1]))


def fails(x):
    if x == data[2000]:
        raise ValueError("key failed")
    return x


for _ in range(2):
    try:
        sorted(data, key=fails)
    except ValueError as error:
        print(error)
count = 0


def counting(x):
    global count
    count += 1
    return x


for i in range(20):
    sorted(data[:100], key=counting)
print(count)


def insertion(values):
    values = list(values)
    for i in range(1, len(values)):
        v = values[i]
        j = i - 1
        while j >= 0 and values[j] > v:
            values[j + 1] = values[j]
            j -= 1
        values[j + 1] = v
    return values


def bubble(values):
    values = list(values)
    for i in range(len(values)):
        for j in range(len(values) - 1 - i):
            if values[j] > values[j + 1]:
                values[j], values[j + 1] = values[j + 1], values[j]
    return values


print(insertion(data[:150]) == sorted(data[:150]), bubble(data[:100]) == sorted(data[:100]), insertion(words[:80]) == sorted(words[:80]), bubble([x * 0.5 for x in data[:80]]) == sorted(x * 0.5 for x in data[:80]))
