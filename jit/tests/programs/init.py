class V:
    def __init__(self, x, y=5, z=1):
        self.x = x
        self.y = y
class W:
    def __init__(self, v):
        if v == 70:
            return 1
        if v == 60:
            raise ValueError(v)
        self.v = V(v)
class Many:
    def __init__(self, a, b, c, d, e, f):
        self.t = a + b * c - d + e * f
class N:
    __slots__ = ('a', 'b')
    def __init__(self, a):
        self.a = a
class E(Exception):
    def __init__(self, a):
        self.a = a
class F(V):
    def __init__(self, x):
        super().__init__(x, 2)
        self.w = 0
def f(n):
    t = 0
    for i in range(n):
        a = V(i)
        b = V(i, 2.5 if i % 9 == 0 else 3)
        t += a.x + a.y + b.y
        try:
            w = W(i)
            t += w.v.y
        except ValueError:
            t += 1000
        except TypeError as e:
            t += len(str(e))
        t += Many(i, 2, 3, i, 5, i).t
        s = N(i)
        try:
            s.b
        except AttributeError:
            s.b = 2
        t += s.b + s.a
        t += E(i).a + F(i).y
        if i == 80:
            def init(self, x, y=7): self.x = x; self.y = y; self.z = 0
            V.__init__ = init
    return t
out = [f(100), f(50), f(90)]
