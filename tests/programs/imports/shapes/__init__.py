"""Shapes."""
version = "1.0"
loads = 0
loads += 1
from . import circle
from .square import area as square_area


def __getattr__(name):
    if name == "lazy_thing":
        return "made on demand"
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
