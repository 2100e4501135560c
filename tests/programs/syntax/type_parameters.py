# Type parameters, aliases and generic classes.
import typing
from typing import Generic, NoDefault, ParamSpec, TypeAliasType, TypeVar, TypeVarTuple


class Pair[K: (int, str), *Rest, **P]:
    def get[V: Pair = int](self, v: V) -> K: ...


print(Pair.__type_params__, Pair.__orig_bases__, Pair.__parameters__, Pair.__mro__[1:])
print([p.__constraints__ for p in Pair.__type_params__ if isinstance(p, TypeVar)])
V, = Pair.get.__type_params__
print(V.__bound__, V.__default__, V.has_default(), V.__infer_variance__, V.__module__)
print(Pair[int, [str]].__args__ if False else Pair[int, str, bool, [int]])
type Names[T] = list[T] | Names[str]
print(Names, Names[int], Names.__value__, Names.__type_params__, Names.__parameters__)
type Late = undefined
try:
    Late.__value__
except NameError as e:
    print(e)
undefined = 5
print(Late.__value__, Late.__module__)
T = TypeVar("T", bound=int, covariant=True, default=bool)
print(T, repr(T), T.__bound__, T.__default__, T.evaluate_bound, T.evaluate_default(1), TypeVar("U").__default__)
print(ParamSpec("P").args, TypeVarTuple("Ts"), list(TypeVarTuple("Ts")), T | None, "x" | T)
print(NoDefault, type(NoDefault)() is NoDefault)
for source in (
    "TypeVar('T', int)", "TypeVar('T', bound=(1, 2))", "TypeVar('T', int, str, bound=int)",
    "TypeVar('T', covariant=True, contravariant=True)", "TypeVar(1)", "TypeVar()",
    "TypeVar('T', infer_variance=True, covariant=True)", "TypeAliasType('A', int, type_params=[1])",
    "TypeAliasType('A', int, type_params=(1,))", "TypeAliasType('A', int)[int]", "Generic[int]", "Generic[()]",
    "type(NoDefault)(1)", "class_from(T)",
):
    try:
        print(source, eval(source))
    except (TypeError, ValueError, NameError) as e:
        print(source, type(e).__name__, e)


class C[T]:
    T = "class"
    def meth[U](x: [T for _ in (1,)], y: T): ...


print(C.meth.__annotations__, C.meth.__annotate__.__qualname__)


def outer[A]():
    def inner[B](x: A, y: B): ...
    return inner


print(outer().__annotations__)
