def outer(n):
    x = 0
    fs = []
    for i in range(n):
        def inc(d=i):
            nonlocal x
            x += d
            return x
        fs.append(inc)
    return sum(f() for f in fs) if False else [f() for f in fs][-1]
def compose(fs):
    def run(v):
        for f in fs:
            v = f(v)
        return v
    return run
def adder(n):
    return lambda v: v + n
def test(n):
    c = compose([adder(1), adder(2), adder(3)])
    t = 0
    for i in range(n):
        t = c(t)
    return t
import_ok = 1
def unb(n):
    r = []
    for i in range(n):
        try:
            if i % 2: z = 1
            r.append(z)
            del z
        except UnboundLocalError as e:
            r.append(-1)
    return r
G = 1
def useg(n):
    t = 0
    for i in range(n):
        t += G
    return t
def chg():
    global G
    r = [useg(100)]
    G = 5
    r.append(useg(100))
    G = 2.5
    r.append(useg(100))
    return r
class M:
    def m(self): return 1
def mono(n):
    a = M(); t = 0
    for i in range(n):
        t += a.m()
        if i == 60:
            M.m = lambda self: 10
        if i == 80:
            a.m = lambda: 100
    return t
def shape(n):
    t = 0
    for i in range(n):
        a = M()
        a.x = i
        if i % 10 == 0: a.y = 2
        a.z = 1.5 if i % 7 else 2
        t += a.x + a.z
        a.x = 'q' if i == 90 else 3
    return t
def lk(n):
    l = [1, 2, 3]
    t = 0
    for i in range(n):
        if i == 50: l[0] = 'a'
        if i == 60: l[0] = 1.5
        if i == 70: l[:] = [1.0, 2.0, 3.0]
        try:
            t += l[i % 3]
        except TypeError:
            t += 1000
        l[1] = l[2]
    return t
def recur(n, acc):
    if n == 0: return acc
    return recur(n - 1, acc + n)
def pingpong(n):
    return n if n <= 0 else ping2(n - 1) + 1
def ping2(n):
    return n if n <= 0 else pingpong(n - 1) * 1
def deepmix(n):
    try:
        if n == 0: raise ValueError('x')
        return deepmix(n - 1)
    except ValueError:
        if n % 3 == 0: raise
        if n == 10: return 'caught'
        raise
out = [outer(50), test(60), unb(20), chg(), mono(100), shape(100), lk(100), [recur(i, 0) for i in range(0, 200, 20)], [pingpong(i) for i in range(30)], [deepmix(i) for i in range(10, 40)]]
