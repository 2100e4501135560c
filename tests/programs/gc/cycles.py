# Cyclic garbage of every kind, made and dropped many times.
class Node:
    def __init__(self):
        self.me = self
        self.items = [self]
        self.table = {"self": self}


def ring(n):
    nodes = [[i] for i in range(n)]
    for i in range(n):
        nodes[i].append(nodes[(i + 1) % n])
    return nodes[0]


total = 0
for i in range(3000):
    Node()
    r = ring(4)
    total += r[1][1][1][1][0] + len(r)
    d = {}
    d["d"] = d
    l = []
    l.append(l)
    t = ([],)
    t[0].append(t)

    def f(n):
        return f if n else 0

    g = (x for x in [f])
    next(g)
print(total)


class Tree:
    def __init__(self, parent, depth):
        self.parent = parent
        self.children = [Tree(self, depth - 1) for _ in range(2)] if depth else []

    def count(self):
        return 1 + sum(c.count() for c in self.children)


for _ in range(12):
    t = Tree(None, 6)
print(t.count(), t.children[0].parent is t, t.children[1].children[0].parent.parent is t)


def exception_cycle():
    try:
        raise ValueError("x")
    except ValueError as error:
        kept = error
        frame_holder = [error.__traceback__, kept]
    return len(frame_holder)


print(sum(exception_cycle() for _ in range(500)))


class Meta(type):
    pass


for i in range(60):
    C = Meta(f"C{i}", (), {"m": lambda self: C})
    C.instance = C()
print(C.instance.m() is C)
