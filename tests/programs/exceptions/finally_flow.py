# return, break and continue through finally and with.
def a():
    for i in range(3):
        try:
            if i == 1:
                return f"returned {i}"
        finally:
            print("cleanup", i)
def b():
    x = 1
    try:
        return x
    finally:
        x = 2
def c():
    out = []
    while True:
        try:
            try:
                out.append("try")
                break
            finally:
                out.append("first")
        finally:
            out.append("second")
    return out
def d():
    try:
        raise ValueError("v")
    except ValueError as e:
        saved = e
        try:
            return str(e)
        finally:
            print("in finally", saved is e)
def e():
    result = []
    for i in range(4):
        try:
            if i % 2:
                continue
            result.append(i)
        except ValueError:
            pass
        else:
            result.append("else")
        finally:
            result.append("fin")
    else:
        result.append("loop else")
    return result
def f():
    try:
        try:
            1 / 0
        finally:
            print("passing through")
    except ZeroDivisionError:
        return "caught outside"
class CM:
    def __init__(self, name, swallow=False): self.name, self.swallow = name, swallow
    def __enter__(self): print("enter", self.name); return self
    def __exit__(self, *info): print("exit", self.name, info[0] and info[0].__name__); return self.swallow
def g():
    for i in range(2):
        with CM(i):
            if i == 0:
                continue
            return "from with"
def h():
    while True:
        with CM("w"):
            break
    with CM("s", True):
        raise KeyError("swallowed")
    return "after"
def deep():
    def level(n):
        try:
            if n == 0:
                raise ValueError("bottom")
            level(n - 1)
        finally:
            print("unwind", n)
    try:
        level(3)
    except ValueError as error:
        return str(error)
def many():
    steps = []
    def step(n):
        try:
            steps.append(n)
            if n < 3:
                raise RuntimeError(n)
        except RuntimeError as error:
            step(n + 1)
            steps.append(error.args[0])
        finally:
            steps.append("f")
    step(0)
    return steps
for function in (a, b, c, d, e, f, g, h, deep, many):
    print(function.__name__, function())
