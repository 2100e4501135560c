# Items of bytes, bytearray and str in hot loops: every kind of index, value and change underneath.


def mix(state, key, n):
    i = j = 0
    for _ in range(n):
        i = (i + 1) & 255
        j = (j + state[i] + key[i % len(key)]) & 255
        state[i], state[j] = state[j], state[i]
    return sum(state), state[:8].hex()


print(mix(bytearray(range(256)), b"habitat", 20000))


def last(b, n):
    total = 0
    for i in range(n):
        total += b[-1] + b[-len(b)]
    return total


for value in (b"ab", bytearray(b"xyz"), (1, 2), [3, 4]):
    print(last(value, 6000))


def store(b, values):
    errors = []
    for i, v in enumerate(values):
        try:
            b[i % len(b)] = v
        except (ValueError, TypeError) as e:
            errors.append(str(e))
    return len(errors), errors[:1], errors[-1:], sum(b)


print(store(bytearray(7), [i & 255 for i in range(9000)]))
print(store(bytearray(7), [i % 300 for i in range(9000)]))
print(store(bytearray(7), [True, 5, "x", -1, 2**70] * 2000))


def beyond(b, n):
    found = missed = 0
    for i in range(n):
        try:
            found += b[i % 12]
        except IndexError as e:
            missed += len(str(e))
    return found, missed


print(beyond(b"0123456789", 9000), beyond(bytearray(b"0123456789"), 9000))


def shrink(b):
    total = 0
    while b:
        total += b[0] * 3 + b[len(b) - 1]
        del b[0]
    return total


print(shrink(bytearray(range(256)) * 20))


def grow(n):
    b = bytearray()
    for i in range(n):
        b.append(i & 127)
        b[i >> 1] = b[i] ^ 1
    return sum(b), len(b)


print(grow(9000))


def letters(text):
    counts = {}
    for i in range(len(text)):
        c = text[i]
        if c == " " or c != text[-1]:
            counts[c] = counts.get(c, 0) + 1
    return sorted(counts.items())


print(letters("the quick brown fox jumps over the lazy dog" * 150))
print(letters("e\u00e9\u0394\U0001f600 x" * 1500))


def compare(words, pivot):
    return [sum(1 for w in words if op(w, pivot)) for op in (
        lambda a, b: a < b, lambda a, b: a <= b, lambda a, b: a == b,
        lambda a, b: a != b, lambda a, b: a > b, lambda a, b: a >= b)]


words = ["pear", "apple", "fig", "\u0394", "", "apples", "\U0001f600"] * 800
print(compare(words, "apple"), compare(words, "\u0394"))
print(compare([b"a", b"c"] * 3000, b"b"))


class Text(str):
    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


def equal(items, other):
    return sum(1 for x in items if x == other)


print(equal(["a", "b"] * 4000 + [Text("zz"), None, 3] * 50, "a"))


def lengths(items):
    total = 0
    for x in items:
        total += len(x)
    return total


print(lengths([b"ab"] * 6000), lengths(["abc"] * 6000 + [{1: 2}, {3}, (4, 5)]), lengths([[1]] * 6000))


def first(items):
    total = 0
    for x in items:
        total += ord(x[0]) if isinstance(x, str) else x[0]
    return total


print(first([b"ab", bytearray(b"c"), "d", (5,), [6], {0: 7}] * 2000))
