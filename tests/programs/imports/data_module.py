# Star imports without __all__, and names with underscores.
from helper_module import *
print(add(1, 2), counter, "bump" in globals())
from shapes.constants import *
print(PI)
print(sorted(n for n in globals() if not n.startswith("_")))
import helper_module
print(helper_module.__name__, helper_module.__spec__.name, helper_module.__loader__ is not None)
try:
    exec("from helper_module import nothing_like_it")
except ImportError as error:
    print(type(error).__name__, str(error).split(" (")[0])
def f():
    import helper_module as local
    return local.add(2, 3), "local" in globals()
print(f())
