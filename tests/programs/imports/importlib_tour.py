# importlib on top of the native importer: specs, loaders, finders that a program adds, namespace packages, reload.
import importlib, importlib.util, importlib.machinery, pkgutil, sys, types
import data_module_for_importlib as data

def attempt(f, *args):
    try:
        print(f(*args))
    except ImportError as e:
        print(type(e).__name__, "|", e, "|", e.name, e.path)
    except Exception as e:
        print(type(e).__name__, "|", e)

spec = data.__spec__
print(type(spec) is importlib.machinery.ModuleSpec, spec.name, spec.parent == "", spec.has_location, spec.loader is data.__loader__)
print(type(data.__loader__) is importlib.machinery.SourceFileLoader, spec.origin == data.__file__, data.__package__ == "")
print(data.__cached__ == importlib.util.cache_from_source(data.__file__), sys.implementation.cache_tag in data.__cached__)
print(data.__loader__.get_source("data_module_for_importlib").splitlines()[0], data.__loader__.is_package(data.__name__))
import json
print(json.__package__, json.__spec__.submodule_search_locations == json.__path__, json.decoder.__spec__.parent)
print(sys.__spec__.origin, sys.__loader__ is importlib.machinery.BuiltinImporter, sys.__spec__)
print([f.__name__ for f in sys.meta_path])
attempt(importlib.import_module, "shapes.circle.nothing")
attempt(importlib.import_module, "no_such_module")
attempt(importlib.import_module, ".square")
attempt(importlib.import_module, "...x", "a.b")
attempt(importlib.import_module, "")
print(importlib.import_module(".square", "shapes").__name__, importlib.import_module("json.tool").__name__)
print(importlib.util.find_spec("shapes.sub").name, importlib.util.find_spec("nope"), importlib.util.resolve_name("..a", "x.y"))
attempt(importlib.util.find_spec, "nope.x")
data.counter = 5
print(importlib.reload(data) is data, data.counter)
attempt(importlib.reload, "text")

sys.path[1:1] = [__file__.rpartition("/")[0] + "/" + d for d in ("space_one", "space_two")]
import joined.first, joined.second
print(joined.first.VALUE + joined.second.VALUE, type(joined.__path__).__name__, len(joined.__path__), joined.__file__ is None if hasattr(joined, "__file__") else "no __file__")
print(type(joined.__loader__).__name__, joined.__spec__.origin, joined.__spec__.loader is joined.__loader__)
print(sorted(m.name for m in pkgutil.iter_modules(joined.__path__)), [m.name for m in pkgutil.iter_modules(sys.modules["shapes"].__path__)])

class Finder:
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] != "made":
            return None
        print("asked for", name, path, target)
        return importlib.util.spec_from_loader(name, self, is_package=name == "made")
    def create_module(self, spec):
        return types.ModuleType(spec.name, "a made one") if spec.name == "made.up" else None
    def exec_module(self, module):
        module.answer = len(module.__name__)
        if module.__name__ == "made.broken":
            raise ValueError("does not load")

finder = Finder()
sys.meta_path.insert(0, finder)
import made.up
print(made.answer, made.up.answer, made.up.__doc__, made.__path__, made.up.__spec__.loader is finder)
attempt(importlib.import_module, "made.broken")
print("made.broken" in sys.modules, hasattr(made, "broken"))
sys.meta_path.remove(finder)
del sys.modules["made"]
attempt(importlib.import_module, "made")

def hook(entry):
    if not entry.startswith("memory:"):
        raise ImportError
    print("hook for", entry)
    return MemoryFinder()
class MemoryFinder:
    def find_spec(self, name, target=None):
        if name == "remembered":
            return importlib.util.spec_from_loader(name, self)
    def create_module(self, spec): pass
    def exec_module(self, module): exec("text = 'from memory'", module.__dict__)
sys.path_hooks.append(hook)
sys.path.append("memory:one")
import remembered
print(remembered.text, sys.path_importer_cache["memory:one"].__class__.__name__, repr(remembered).partition(" at ")[0])
sys.modules["blocked"] = None
attempt(importlib.import_module, "blocked")
lazy = importlib.util.LazyLoader(importlib.util.find_spec("helper_module").loader)
print(type(lazy).__name__, importlib.invalidate_caches())
own = types.ModuleType("own")
own.__spec__ = importlib.machinery.ModuleSpec("own", None, origin="here")
print(own, repr(own.__spec__), own.__spec__ == importlib.machinery.ModuleSpec("own", None, origin="here"))
