# Hot loops in module bodies: their names are globals, until the same code runs with a namespace of its own.
total = 0
for i in range(5000):
    total += len([i])
print(total, i)


def bump():
    global total
    total += 1000


for i in range(5000):
    if i % 1000 == 0:
        bump()
    total += 1
print(total)

# A builtin is shadowed in the middle of the loop, then uncovered again.
lengths = []
for i in range(6000):
    if i == 3000:
        len = lambda x: -1
    if i == 4000:
        del len
    lengths.append(len("abc"))
print(sum(lengths), lengths[2999], lengths[3000], lengths[3999], lengths[4000])

# A name goes away while the loop is hot.
x = 0
try:
    for i in range(5000):
        x += 1
        if i == 4500:
            del x
except NameError as e:
    print(type(e).__name__, e)

source = """
n = 0
for k in range(4000):
    n = n + k
    seen = n
result = (n, k)
"""
code = compile(source, "<loop>", "exec")
for namespace in ({}, {}, {"n": 5}):
    exec(code, namespace)
    print(namespace["result"], namespace["seen"])


class Spy(dict):
    reads = writes = 0

    def __getitem__(self, key):
        Spy.reads += 1
        return super().__getitem__(key)

    def __setitem__(self, key, value):
        Spy.writes += 1
        super().__setitem__(key, value)


spy = Spy()
exec(code, {}, spy)
print(spy["result"], Spy.reads > 8000, Spy.writes > 12000)
separate = {}
outer = {}
exec(code, outer, separate)
print(sorted(separate), sorted(k for k in outer if k != "__builtins__"))
exec(code, outer)
print(outer["result"], separate["result"])


class Body:
    n = 0
    for k in range(4000):
        n += k
        hidden = len([k])


print(Body.n, Body.k, Body.hidden)

# Functions of one code object whose globals are plain dictionaries of their own.
source = """
def f(n):
    global last
    s = 0
    for i in range(n):
        s += K
        last = s
    return s
def g(n):
    return [f(n) for _ in range(3)]
out = g(3000)
"""
code = compile(source, "<functions>", "exec")
spaces = [{"K": k} for k in (1, 2, 3)]
for space in spaces:
    exec(code, space)
    print(space["out"], space["last"])
for _ in range(3):
    for space in spaces:
        print(space["g"](1000), space["last"])
for space in spaces:
    del space["K"]
    try:
        space["f"](1)
    except NameError as e:
        print(e, e.__traceback__.tb_next.tb_frame.f_globals is space)
