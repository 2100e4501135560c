# What circular imports and modules that hide others say.
import sys

def attempt(name):
    for module in [m for m in sys.modules if m.startswith("round_")]:
        del sys.modules[module]
    try:
        __import__(name)
    except (ImportError, AttributeError) as e:
        folder = __file__.rpartition("/")[0] + "/"
        print(type(e).__name__, "|", str(e).replace(folder, ""), "|", getattr(e, "name", None))

path = sys.path[:]
for name in ("round_from", "round_attribute", "round_package"):
    attempt(name)
sys.path.insert(0, "/nowhere")
for name in ("round_from", "round_attribute", "round_package"):
    attempt(name)
sys.path[:] = path
import helper_module
try:
    helper_module.no_such
except AttributeError as e:
    print(e, "|", e.name, e.obj is helper_module)
