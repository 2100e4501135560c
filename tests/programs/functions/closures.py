# Closures, cells, nonlocal and global.
def counter(start=0):
    count = start
    def step(by=1):
        nonlocal count
        count += by
        return count
    def peek():
        return count
    return step, peek
step, peek = counter(10)
print(step(), step(5), peek(), counter()[0]())
def adders():
    return [lambda x, n=n: x + n for n in range(3)], [lambda x: x + n for n in range(3)]
bound, late = adders()
print([f(10) for f in bound], [f(10) for f in late])
x = "global"
def outer():
    x = "outer"
    def middle():
        def inner():
            nonlocal x
            x = "changed"
            return x
        return inner() + "/" + x
    before = x
    result = middle()
    return before, result, x
print(outer(), x)
def globals_too():
    global x, brand_new
    x = "rebound"
    brand_new = 1
    class Inner:
        x = "class"
        def get(self):
            return x
    return Inner().get(), Inner.x
print(globals_too(), x, brand_new)
def deep(n):
    if n == 0:
        return lambda: 0
    inner = deep(n - 1)
    return lambda: inner() + n
print(deep(20)())
def parameter_cell(a, *args, b=2, **kwargs):
    def show():
        return a, args, b, kwargs
    a = a + 1
    return show
print(parameter_cell(1, 2, 3, b=4, c=5)())
def make_accumulators():
    total = 0
    def add(n):
        nonlocal total
        total += n
    def get():
        return total
    return add, get
add, get = make_accumulators()
for i in range(1000):
    add(i)
print(get())
f = counter()[0]
print(f.__closure__[0].cell_contents, f.__code__.co_freevars, len(f.__closure__), (lambda: 0).__closure__)
f.__closure__[0].cell_contents = 100
print(f())
def compose(*functions):
    def composed(value):
        for function in reversed(functions):
            value = function(value)
        return value
    return composed
print(compose(lambda v: v + 1, lambda v: v * 2, str.__len__)("abc"))
def loop_cells():
    functions = []
    for i in range(3):
        def f(j=i):
            return i, j
        functions.append(f)
    i = 99
    return [f() for f in functions]
print(loop_cells())
def memo(function):
    cache = {}
    def wrapper(n):
        if n not in cache:
            cache[n] = function(n)
        return cache[n]
    return wrapper
@memo
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(90))
def shared():
    n = 0
    class A:
        def up(self):
            nonlocal n
            n += 1
            return n
    return A(), lambda: n
a, read = shared()
a.up(); a.up()
print(read())
