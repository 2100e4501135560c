# abc, typing at run time, annotations.
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, NamedTuple, Optional, Protocol, TypeVar, runtime_checkable


class Shape(ABC):
    @abstractmethod
    def area(self): ...
    @property
    @abstractmethod
    def name(self): ...
    def describe(self): return f"{self.name} {self.area()}"


class Square(Shape):
    def __init__(self, s): self.s = s
    def area(self): return self.s ** 2
    name = "square"


print(Square(3).describe())
for cls in (Shape, type("Half", (Shape,), {"area": lambda self: 1})):
    try:
        cls()
    except TypeError as error:
        print(error)
print(isinstance([], Sequence), isinstance({}, Mapping), isinstance("a", Iterable), isinstance(5, Iterable))
Shape.register(int)
print(isinstance(5, Shape), issubclass(Square, Shape))
T = TypeVar("T")
class Box(Generic[T]):
    def __init__(self, item: T): self.item = item
print(Box[int](5).item, Box[int], Optional[int], list[int], dict[str, list[int]], int | None)
@runtime_checkable
class Closes(Protocol):
    def close(self): ...
class File:
    def close(self): pass
print(isinstance(File(), Closes), isinstance(5, Closes))
class Emp(NamedTuple):
    name: str
    id: int = 3
print(Emp("a"), Emp("b", 4).id, Emp.__annotations__)
def f(a: int, b: "str" = "x") -> list[int]: ...
print(f.__annotations__)
class New[K]:
    def get[V](self, v: V) -> V: return v
type Alias = list[int]
print(New().get(5), New[int], Alias, Alias.__value__, New.__type_params__)
def first[S](items: list[S]) -> S: return items[0]
print(first([1]), first.__type_params__)
