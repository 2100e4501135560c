def f[T: int, *Ts, **P](a: T = 1) -> T: return a
class C[T = int](Base[T]):
    x: T
type A[T] = list[T]
type B = A[int]
