# Importing an own package in every way.
import shapes
import shapes.square
import shapes.sub.deep as deep
from shapes import circle, version as v
from shapes.circle import area as circle_area, PI
from shapes.sub import *

print(shapes.__name__, shapes.__package__, shapes.square.area(3), circle.area(1), circle_area(2), PI, v)
print(deep.where(), exported(), "hidden" in globals(), shapes.square.__name__, deep.__name__)
import sys
print("shapes.circle" in sys.modules, sys.modules["shapes"] is shapes, shapes.circle is circle)
def local_import():
    from shapes.square import side_of
    import shapes.sub
    return side_of(49), shapes.sub.__name__
print(local_import())
print(shapes.loads, sorted(n for n in dir(shapes) if not n.startswith("_")))
import shapes as again
print(again.loads, again is shapes)
shapes.square.SCALE = 10
print(shapes.square.area(3))
for name in ("shapes.missing", "nothing_here", "shapes.square.x", "shapes.broken"):
    try:
        __import__(name)
    except Exception as error:
        print(type(error).__name__, error)
try:
    from shapes import not_there
except ImportError as error:
    print(str(error).split(" (")[0], error.name)
try:
    from shapes.square import aera
except ImportError as error:
    print(str(error).split(" (")[0])
print("shapes.broken" in sys.modules)
import cycle_a
print(cycle_a.call(), cycle_a.cycle_b.name)
print(shapes.lazy_thing, __name__, __file__.replace("\\", "/").split("/")[-1])
