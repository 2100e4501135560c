# What a comprehension uses of a name that the function around it declares.
import symtable


def named(table, name):
    return next(child for child in table.get_children() if child.get_name() == name)


for source in (
    "def o(k):\n    def f(xs):\n        nonlocal k\n        return [x + k for x in xs]\n",
    "def o(k):\n    def f(xs):\n        nonlocal k\n        return [x for x in xs]\n",
    "def o(k):\n    def f(xs):\n        nonlocal k\n        return (x + k for x in xs)\n",
    "def o(k):\n    def f(xs):\n        global k\n        return [x + k for x in xs]\n",
):
    top = symtable.symtable(source, "s", "exec")
    k = named(named(top, "o"), "f").lookup("k")
    print(k.is_referenced(), k.is_nonlocal(), k.is_global(), k.is_free())
