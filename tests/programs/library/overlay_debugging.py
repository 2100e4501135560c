# habu: slow
"""Fixes of CPython 3.14.10 in modules that look at programs and talk to people."""
import _py_abc
import abc
import annotationlib
import bdb
import contextlib
import doctest
import importlib._bootstrap_external as external
import io
import linecache
import os
import subprocess
import sys
import tempfile
import traceback
import types
import unittest
import unittest.mock
import warnings
import zipfile


class Base(metaclass=_py_abc.ABCMeta):
    pass
class NoClass:
    @property
    def __class__(self):
        raise AttributeError("none")
print(isinstance(NoClass(), Base), isinstance(Base(), Base))

# catch_warnings() and a replaced showwarning().
warnings.simplefilter("always")
def show(*args, **kwargs):
    print("replaced showwarning")
warnings.showwarning = show
with warnings.catch_warnings(record=True) as log:
    warnings.warn("one")
print([str(w.message) for w in log], warnings.showwarning is show)

# Long texts go to the pager.
import _sitebuiltins
printer = _sitebuiltins._Printer("name", "\n".join(map(str, range(30))))
print(printer)
out = io.StringIO()
with contextlib.redirect_stdout(out):
    printer()
print(len(out.getvalue().splitlines()))

print(annotationlib.type_repr(dict.fromkeys), annotationlib.type_repr([].append), annotationlib.type_repr(len))

# All breakpoints of a file go at once.
debugger = bdb.Bdb()
name = debugger.canonic(__file__)
for _ in range(3):
    debugger.set_break(__file__, 1, temporary=False)
print(len(bdb.Breakpoint.bplist[name, 1]))
debugger.clear_all_file_breaks(__file__)
print((name, 1) in bdb.Breakpoint.bplist)

spoof = doctest._SpoofOut()
spoof.write("abc")
spoof.truncate()
print(repr(spoof.getvalue()))
spoof.truncate(0)
print(repr(spoof.getvalue()))

# A script's loader without a spec.
loader = object()
with warnings.catch_warnings(record=True) as log:
    print(external._bless_my_loader({"__name__": "__main__", "__loader__": loader, "__spec__": None}) is loader)
print(len(log))

# Lines of modules in archives.
with tempfile.TemporaryDirectory() as folder:
    archive = os.path.join(folder, "a.zip")
    with zipfile.ZipFile(archive, "w") as z:
        z.writestr("inside.py", "first = 1\nsecond = 2\n")
    sys.path.insert(0, archive)
    import inside
    print(linecache.getlines(os.path.join(archive, "inside.py")))
    print(linecache.getlines(os.path.join(archive, "missing.py")))
    sys.path.remove(archive)
    linecache.clearcache()

# Errors that are hard to print.
class Message(str):
    def __bool__(self):
        raise TypeError("no truth")
class Odd(SyntaxError):
    pass
error = Odd("text")
error.msg = Message("msg")
print(traceback.format_exception_only(error))

class Scope(dict):
    def __iter__(self):
        raise RuntimeError("no names")
try:
    exec("nonesuch", Scope())
except NameError as e:
    print(traceback.format_exception_only(e))

# Abstract test cases.
class Abstract(unittest.TestCase, metaclass=abc.ABCMeta):
    @abc.abstractmethod
    def value(self): ...
    def test_value(self):
        self.assertEqual(self.value(), 1)
class Concrete(Abstract):
    def value(self):
        return 1
module = types.ModuleType("m")
module.Abstract, module.Concrete = Abstract, Concrete
loader = unittest.TestLoader()
print(loader.loadTestsFromModule(module), loader.loadTestsFromTestCase(Abstract))
try:
    loader.loadTestsFromName("Abstract.test_value", module)
except TypeError as e:
    print(e)

opened = unittest.mock.mock_open(read_data="x")()
print(opened.__exit__(), unittest.mock.NonCallableMock.return_value.__doc__)
print([name for name in ("expectedFailureIf", "expectedFailureIfWindows", "expectedSuccess") if hasattr(unittest, name)])
