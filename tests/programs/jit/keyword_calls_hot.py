# Calls with keywords in hot code: every order, methods, errors, changed defaults.
def f(a, b=2, c=3):
    return a * 100 + b * 10 + c
def run(n):
    t = 0
    for i in range(n):
        t += f(1, c=i) + f(c=1, a=i) + f(i, b=1, c=2) + f(a=i)
    return t
print(run(3000))
class A:
    def m(self, x, *, k=1): return x + k
    def p(self, x, k=1): return x - k
def run2(n):
    a = A(); t = 0
    for i in range(n):
        t += a.m(i, k=2) + a.p(k=i, x=1)
    return t
print(run2(3000))
def bad(n):
    e = set()
    for i in range(n):
        for g in (lambda: f(1, a=2), lambda: f(b=1), lambda: f(1, z=2), lambda: f(1,2,3,c=4)):
            try: g()
            except TypeError as x: e.add(str(x))
    return sorted(e)
print(bad(500))
def swap(n):
    def g(a, b=1): return a + b
    t = 0
    for i in range(n):
        t += g(a=i)
        if i == n // 2: g.__defaults__ = (5,)
        if i == n * 3 // 4: g = lambda a, b=7: a * b
    return t
print(swap(4000))
