# Closures whose cells are mutated in hot loops.
def counters(n):
    count = 0

    def bump(k):
        nonlocal count
        count += k
        return count

    def reset():
        nonlocal count
        count = 0.5

    total = 0
    for i in range(n):
        total += bump(1)
        if i == n // 2:
            reset()
    return count, total


print(counters(6000))


def outer_sees(n):
    x = 0

    def set_x(v):
        nonlocal x
        x = v

    seen = 0
    for i in range(n):
        set_x(i)
        seen += x
        x += 1
        seen -= x
    return seen, x


print(outer_sees(5000))


def many_closures(n):
    fs = []
    for i in range(n):
        def f(y, k=i):
            return y + k + i
        fs.append(f)
    return sum(f(1) for f in fs)


print(many_closures(3000))


def compose(f, g):
    return lambda x: f(g(x))


h = lambda x: x
for k in range(30):
    h = compose(lambda x, k=k: x + k, h)
t = 0
for i in range(300):
    t += h(i)
print(t)


def accumulator():
    total = 0

    def add(x):
        nonlocal total
        total = total + x
        return total

    return add


add_int, add_float, add_big, add_str = accumulator(), accumulator(), accumulator(), None
for i in range(4000):
    add_int(i)
    add_float(i * 0.5)
    add_big(i << 60)
print(add_int(0), add_float(0), add_big(0))


def loop_in_closure(n):
    i = 0

    def step():
        nonlocal i
        i += 1
        return i < n

    while step():
        pass
    return i


print(loop_in_closure(6000))


def apply_n(f, n):
    for i in range(n):
        f(i)


def collect(n):
    evens, odds, biggest = 0, [], None

    def visit(i):
        nonlocal evens, biggest
        if i % 2:
            if i % 1000 == 1:
                odds.append(i)
        else:
            evens += 1
        if biggest is None or i > biggest:
            biggest = i

    apply_n(visit, n)
    return evens, odds, biggest


print(collect(5000))


def nested(n):
    a = 1

    def mid():
        b = 2

        def low():
            nonlocal a, b
            a, b = b, a + b & 0xFFFF
            return a

        return sum(low() for _ in range(n)) + b

    return mid(), a


print(nested(4000))
