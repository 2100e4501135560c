# bools in hot integer code.
def count(n):
    hits = 0
    for i in range(n):
        hits += i % 3 == 0
        hits += (i > 10) + (i < 5) * 2
        hits -= not i
    return hits, type(hits).__name__


print(count(6000))


def flags(n):
    f = True
    out = 0
    for i in range(n):
        f = f ^ (i % 7 == 0)
        f = f | False
        out += f & True
        if f is True:
            out += 1
    return f, out, type(f).__name__


print(flags(5000))


def mixed(n):
    x = True
    for i in range(n):
        x = x + True
    return x, x * False, -True


print(mixed(5000))


def logic(n):
    a = b = c = 0
    for i in range(n):
        v = i % 4 and i % 6 or "none"
        if v == "none":
            a += 1
        elif v is True:
            b += 1
        else:
            c += v
        t = (i > 100 and i < 200) or not (i % 50)
        b += t
    return a, b, c


print(logic(6000))


def truthiness(n):
    values = [0, 1, "", "a", [], [0], None, 0.0, -0.0, 1.5, {}, {1: 1}, (), (0,), False, True, 1 << 70, b"", b"x", range(0)]
    total = 0
    for i in range(n):
        v = values[i % len(values)]
        if v:
            total += i
        if not v:
            total -= 1
        total += 2 if v else 3
        total += bool(v)
    return total


print(truthiness(6000))


def index_by_bool(n):
    pair = [10, 20]
    t = 0
    for i in range(n):
        t += pair[i % 2 == 0]
        pair[i > n] = i
    return t, pair


print(index_by_bool(4000))
acc = 0
for i in range(7000):
    acc += (i & 1 == 1) is not (i % 3 == 0)
print(acc, True + 0.5, sum(i > 5 for i in range(3000)))
