# Attributes added, deleted and changing representation while hot.
class O:
    pass


def add_late(n):
    o = O()
    o.a = 0
    for i in range(n):
        o.a += 1
        if i == n // 2:
            o.b = 5
            o.c = "text"
        if i > n // 2:
            o.b += o.a & 1
    return o.__dict__


print(add_late(6000))


def delete_hot(n):
    o = O()
    o.x, o.y = 1, 2
    total = errors = 0
    for i in range(n):
        if i % 500 == 499:
            del o.x
        try:
            total += o.x + o.y
        except AttributeError:
            errors += 1
            o.x = i
    return total, errors, sorted(o.__dict__)


print(delete_hot(5000))


def representations(n):
    o = O()
    o.v = 0
    seen = []
    for i in range(n):
        o.v = o.v + 1
        if i == 2000:
            o.v = 0.5
        if i == 3000:
            o.v = 1 << 70
        if i == 4000:
            o.v = True
        if i == 4500:
            o.v = 1e300
        if i % 500 == 0:
            seen.append(o.v)
    return seen


print(representations(5500))


def orders(n):
    t = 0
    for i in range(n):
        o = O()
        if i % 2:
            o.p, o.q = i, 1
        else:
            o.q, o.p = 1, i
        if i % 3 == 0:
            o.r = 2
        t += o.p * o.q + getattr(o, "r", 0)
    return t


print(orders(5000))


class Default:
    size = 10

    def __init__(self, k):
        if k % 4 == 0:
            self.size = k


def class_or_instance(n):
    t = 0
    for i in range(n):
        t += Default(i).size
    return t


print(class_or_instance(5000))


def shared(n):
    objects = [O() for _ in range(4)]
    for k, o in enumerate(objects):
        o.n = k
    for i in range(n):
        o = objects[i % 4]
        o.n = o.n + (0.5 if i == n - 3 else 1)
    return [o.n for o in objects]


print(shared(4000))


def many_attributes(n):
    o = O()
    for i in range(60):
        setattr(o, f"a{i}", i)
    t = 0
    for i in range(n):
        t += o.a0 + o.a30 + o.a59
        o.a30 = i
    return t, len(o.__dict__)


print(many_attributes(4000))


def through_dict(n):
    o = O()
    o.z = 1
    d = o.__dict__
    t = 0
    for i in range(n):
        if i == n // 2:
            d["z"] = 100
        if i == n - 10:
            d.clear()
            o.z = 7
        t += o.z
    return t, d


print(through_dict(4000))
g = O()
g.count = 0
for i in range(8000):
    g.count += i % 2
    if i == 6000:
        del g.count
        g.other = 1
        g.count = 1000
print(vars(g))
