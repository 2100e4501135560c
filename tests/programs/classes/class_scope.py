# Scoping rules inside class bodies.
x = "global"
class A:
    x = "class"
    y = x
    def method(self):
        return x
    z = [x for _ in range(1)]
    lam = lambda: x
    del y
print(A.x, A().method(), A.z, A.lam(), hasattr(A, "y"))
def function():
    x = "local"
    class B:
        y = x
        x = "in class"
        z = x
    return B.y if hasattr(B, "y") else None, B.z
try:
    print(function())
except NameError as error:
    print(error)
def function2():
    x = "local"
    class B:
        y = x
        class Inner:
            z = x
        def m(self): return x
    return B.y, B.Inner.z, B().m()
print(function2())
class C:
    global made_global
    made_global = 1
    def inner(self):
        nonlocal_test = 5
        class D:
            def get(self):
                return nonlocal_test, __class__.__name__
        return D().get()
print(made_global, C().inner(), hasattr(C, "made_global"))
class E:
    names = sorted(n for n in locals() if not n.startswith("__"))
    a = 1
    b = 2
    more = sorted(n for n in locals() if not n.startswith("__"))
    print(__qualname__, __module__)
print(E.names, E.more)
class F:
    value = 1
    value += 1
    def value_method(self, default=value): return default
    print_ = print
    if value > 1:
        big = True
    else:
        small = True
    try:
        1 / 0
    except ZeroDivisionError as error:
        message = str(error)
print(F().value_method(), F.big, F.message, hasattr(F, "error"))
class G:
    def __init__(self): self.items = []
    items = "shadowed"
print(G.items, G().items)
class Node:
    def child(self) -> "Node": return Node()
    def __class_getitem__(cls, k): return k
print(type(Node().child()).__name__, Node[3])
