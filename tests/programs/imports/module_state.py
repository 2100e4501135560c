# Modules are objects: attributes, reloading of names, module-level functions over globals.
import helper_module as helper
import sys

print(helper.counter, helper.bump(), helper.bump(), helper.counter)
helper.counter = 100
print(helper.bump(), helper.__dict__["counter"], vars(helper) is helper.__dict__)
from helper_module import counter, bump
bump()
print(counter, helper.counter)
helper.bump = lambda: "patched"
print(helper.bump(), bump() > 100)
del helper.counter
try:
    helper.counter
except AttributeError as error:
    print(error)
try:
    bump()
except NameError as error:
    print(error)
helper.counter = 5
print(bump(), type(helper).__name__, helper.__doc__, repr(helper).split(" from ")[0])
hot = 0
for i in range(20000):
    hot += helper.add(i, 1)
    if i == 15000:
        helper.add = lambda a, b: 0
print(hot)
del sys.modules["helper_module"]
import helper_module as fresh
print(fresh is helper, fresh.counter)
print(__import__("helper_module") is fresh, __builtins__ is not None)
