# Instances with __init__ made in one expression: the first one is a value of the frame while the second is made.


class Key:
    __slots__ = ("value",)

    def __init__(self, value):
        self.value = value


class Wrong:
    def __init__(self, fail):
        self.fail = fail
        if fail:
            return 1


def pair(t):
    return Key(t[0]), Key(t[1])


def triple(t):
    return [Key(t[0]), Key(t[1]), Key(t[2])]


def mixed(t, fail):
    return Key(t[0]), Wrong(fail), Key(t[1])


total = 0
for i in range(3000):
    a, b = pair((i, i + 1))
    x, y, z = triple((i, 2 * i, 3 * i))
    m = mixed((i, 5), False)
    total += a.value + b.value + x.value + y.value + z.value + m[0].value + m[2].value + m[1].fail
print(total)
try:
    mixed((1, 2), True)
except TypeError as error:
    print(error)
