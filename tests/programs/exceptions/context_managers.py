# The with statement.
class CM:
    def __init__(self, name, log, swallow=False, fail=""):
        self.name, self.log, self.swallow, self.fail = name, log, swallow, fail
    def __enter__(self):
        self.log.append(f"enter {self.name}")
        if self.fail == "enter":
            raise RuntimeError("enter failed")
        return self.name.upper()
    def __exit__(self, kind, value, traceback):
        self.log.append(f"exit {self.name} {kind and kind.__name__} {value} {traceback is not None}")
        if self.fail == "exit":
            raise RuntimeError("exit failed")
        return self.swallow
log = []
with CM("a", log) as a:
    log.append(a)
with CM("b", log, swallow=True):
    raise ValueError("inside")
try:
    with CM("c", log):
        raise ValueError("out")
except ValueError as error:
    log.append(f"caught {error}")
with CM("d", log) as d, CM("e", log) as e:
    log.append(d + e)
with (
    CM("f", log) as f,
    CM("g", log, swallow=True),
):
    1 / 0
try:
    with CM("h", log), CM("i", log, fail="enter"):
        log.append("not reached")
except RuntimeError as error:
    log.append(str(error))
try:
    with CM("j", log, fail="exit"):
        raise KeyError("original")
except RuntimeError as error:
    log.append(f"{error} {error.__context__!r}")
for line in log:
    print(line)
class NoExit:
    def __enter__(self): pass
class NoEnter: pass
for bad in (NoExit(), NoEnter(), 5):
    try:
        with bad:
            pass
    except TypeError as error:
        print(error)
class Unpack:
    def __enter__(self): return 1, [2, 3]
    def __exit__(self, *a): pass
holder = {}
with Unpack() as (x, [y, *z]):
    print(x, y, z)
with Unpack() as holder["k"]:
    print(holder)
class Timer:
    total = 0
    def __enter__(self):
        Timer.total += 1
        return self
    def __exit__(self, *exc): pass
for i in range(100):
    with Timer() as t, t:
        pass
print(Timer.total)
def generator():
    with CM("gen", log2 := [], swallow=False):
        yield log2
        yield "second"
g = generator()
seen = next(g)
g.close()
print(seen)
class InstanceOnly: pass
inst = InstanceOnly()
inst.__enter__ = lambda: 1
inst.__exit__ = lambda *a: None
try:
    with inst: pass
except TypeError as error:
    print(error)
