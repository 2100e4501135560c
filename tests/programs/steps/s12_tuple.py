# Tuples and unpacking.
t = (1, "a", 2.5)
print(t, t[1], len(t), (), (1,), t + (4,))
a, b, c = t
print(a, b, c)
for x, y in [(1, 2), (3, 4)]:
    print(x + y)
first, *rest = [1, 2, 3]
print(first, rest)


def pair():
    return 1, 2


p, q = pair()
print(p, q)
