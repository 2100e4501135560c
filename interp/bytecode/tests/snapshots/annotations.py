x: int = 1
class A:
    a: int
    if x:
        b: "str" = 2
    def f(self, z: a, *args: x) -> int: ...
def f():
    y: undefined = 3
    z.a: int
