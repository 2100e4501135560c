# Decorators on functions, methods and classes, with arguments and stacked.
def trace(function):
    def wrapper(*args, **kwargs):
        result = function(*args, **kwargs)
        print(f"{function.__name__}{args}{kwargs or ''} -> {result}")
        return result
    return wrapper
def repeat(times):
    def decorate(function):
        def wrapper(*args):
            return [function(*args) for _ in range(times)]
        wrapper.__name__ = f"repeat_{function.__name__}"
        return wrapper
    return decorate
@trace
def add(a, b=1):
    return a + b
@trace
@repeat(3)
def hello(name):
    return "hi " + name
add(1); add(1, b=5); hello("bo")
def register(registry):
    def decorate(thing):
        registry[thing.__name__] = thing
        return thing
    return decorate
registry = {}
@register(registry)
class Thing:
    @trace
    def method(self, n):
        return n * 2
    def __repr__(self):
        return "Thing()"
@register(registry)
def function(): return "f"
print(sorted(registry))
Thing().method(4)
class CountCalls:
    def __init__(self, function):
        self.function, self.calls = function, 0
    def __call__(self, *args):
        self.calls += 1
        return self.function(*args)
@CountCalls
def square(n):
    return n * n
print(square(3), square(4), square.calls)
order = []
def log(name):
    order.append(f"evaluate {name}")
    def decorate(f):
        order.append(f"apply {name}")
        return f
    return decorate
@log("a")
@log("b")
def decorated(x=order.append("default")): pass
print(order)
@(lambda f: f())
def value():
    return 42
print(value)
things = [trace]
@things[0]
def subscripted(): return 0
subscripted()
def add_methods(cls):
    cls.extra = lambda self: f"extra of {type(self).__name__}"
    cls.count = getattr(cls, "count", 0) + 1
    return cls
@add_methods
@add_methods
class Base: pass
print(Base().extra(), Base.count)
