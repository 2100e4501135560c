class P:
    def __init__(self, x, y):
        self.x = x
        self.y = y
    def add(self, o):
        return P(self.x + o.x, self.y + o.y)
    def norm(self):
        return self.x * self.x + self.y * self.y
class Q(P):
    def norm(self):
        return -1
    @property
    def z(self):
        return self.x
def run(n):
    p = P(0.0, 1.0)
    d = P(0.5, 0.25)
    for i in range(n):
        p = p.add(d)
    return p.norm()
def run2(n):
    t = 0
    ps = [P(1, 2), Q(3, 4)]
    for i in range(n):
        t += ps[i % 2].norm()
        t += ps[0].x
        ps[0].x += 1
        t += ps[1].z
    return t
class C:
    count = 0
    def inc(self):
        C.count += 1
        return self.count
def run3(n):
    c = C()
    s = 0
    for i in range(n):
        s += c.inc()
    return s
out = [run(300), run(301), run2(200), run2(100), run3(100)]
