# Dictionaries in hot loops: growth, deletion, iteration, key kinds.
def count(n):
    d = {}
    for i in range(n):
        k = i * 7919 % 101
        d[k] = d.get(k, 0) + 1
    return len(d), d[5], sum(d.values())


print(count(8000))


def strings(n):
    d = {}
    for i in range(n):
        k = "k" + str(i % 50)
        if k in d:
            d[k] += i
        else:
            d[k] = i
    return d["k7"], len(d)


print(strings(4000))


def mixed_keys(n):
    d = {}
    keys = [1, "a", 2.5, (1, 2), None, True, 1 << 70, b"x", frozenset([1])]
    for i in range(n):
        d[keys[i % 9]] = i
    return [d[k] for k in keys], len(d)


print(mixed_keys(4500))


def missing(n):
    d = {i: i for i in range(0, 100, 2)}
    errors = 0
    for i in range(n):
        try:
            d[i % 100]
        except KeyError as e:
            errors += e.args[0]
    return errors


print(missing(4000))


def churn(n):
    d = {}
    for i in range(n):
        d[i] = i
        if i >= 10:
            del d[i - 10]
    return list(d)


print(churn(6000))


def views(n):
    d = {i: i * 2 for i in range(20)}
    t = 0
    for i in range(n):
        for k, v in d.items():
            t += k * v
        for v in d.values():
            t -= v
        t += len(d.keys())
    return t


print(views(300))


def changed_size(n):
    d = {i: 0 for i in range(n)}
    seen = 0
    try:
        for k in d:
            seen += 1
            if k == n - 5:
                d["new"] = 1
    except RuntimeError as error:
        return seen, str(error)


print(changed_size(4000))


def memo(n):
    cache = {}

    def f(i):
        if i in cache:
            return cache[i]
        r = i if i < 2 else (f(i - 1) + f(i - 2)) % 1000007
        cache[i] = r
        return r

    return [f(k) for k in range(n)][-1]


print(memo(4000))


class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n % 7

    def __eq__(self, o):
        return self.n == o.n


def user_keys(n):
    d = {}
    for i in range(n):
        d[Key(i % 60)] = i
    return len(d), d[Key(30)]


print(user_keys(2000))


def kwargs_dicts(n):
    t = 0
    for i in range(n):
        d = {"a": i, "b": 2, **{"c": 3}}
        d["a"] += d["b"]
        t += sum(d.values()) + len({**d, "e": 1})
    return t


print(kwargs_dicts(3000))
s = set()
for i in range(6000):
    s.add(i * i % 1009)
    if i % 3 == 0:
        s.discard(i % 1009)
print(len(s), sum(s))
