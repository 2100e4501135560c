# One call whose loop gets hot: locals of every kind live across the entry.
def run(n, extra, *args, key=None, **kwargs):
    a, b, c = 1, 2.5, "s"
    items = [0] * 4
    total = 0

    def inner(v):
        return v + a

    for i in range(n):
        items[i % 4] += i
        total += inner(i) if i % 2 else int(b)
        if i == n - 1:
            a, c = 10, c + "!"
    return a, b, c, items, total, extra, args, key, kwargs


print(run(20000, "extra", 1, 2, key=3, other=4))


def phases(n):
    out = []
    for i in range(n):
        pass
    out.append(i)
    for i in range(n):
        out[0] += i
    j = 0
    while j < n:
        j += 2
    out.append(j)
    for x in [1.5] * n:
        j += x
    out.append(j)
    for k, v in {q: q * 2 for q in range(n)}.items():
        j += v - k
    out.append(j)
    for i, (p, q) in enumerate(zip(range(n), range(n, 0, -1))):
        j += i * p - q
    out.append(j)
    return out


print(phases(9000))


def with_try(n):
    done = 0
    try:
        for i in range(n):
            try:
                if i % 5000 == 4999:
                    raise KeyError(i)
                done += 1
            except KeyError as e:
                done -= e.args[0]
    finally:
        done *= 2
    return done


print(with_try(20000))


def with_context(n):
    class CM:
        count = 0

        def __enter__(self):
            CM.count += 1
            return self

        def __exit__(self, *a):
            return False

    cm = CM()
    with cm:
        for i in range(n):
            if i % 2000 == 0:
                with cm as c:
                    c.last = i
    return CM.count, cm.last


print(with_context(12000))


def generator_long(n):
    total = 0
    for i in range(n):
        total += i
        if i % 5000 == 0:
            yield total
    yield total


print(list(generator_long(20000)))


def return_from_loop(n):
    while True:
        n += 1
        for i in range(n):
            if i > 15000:
                return n, i


print(return_from_loop(15005))


def recursion_and_loop(depth):
    t = 0
    for i in range(3000):
        t += i
    return t if depth == 0 else t + recursion_and_loop(depth - 1)


print(recursion_and_loop(4))
