"""Exceptions whose `__init__` runs once more forget what they are not told."""


def show(e, *names):
    print(type(e).__name__, e.args, {n: getattr(e, n) for n in names})


e = SyntaxError("msg", ("file.py", 1, 2, "txt", 2, 3))
place = "msg", "filename", "lineno", "offset", "text", "end_lineno", "end_offset"
show(e, *place)
e.__init__("new_msg", ("new_file.py", 2, 3, "new_txt"))
show(e, *place)
e.__init__("other", ("new_file.py", 2, 3, "new_txt", 4, 5))
show(e, *place)
e.__init__("bare")
show(e, *place)
e.__init__()
show(e, *place)
try:
    e.__init__("x", ("f", 1, 2, "t", 5))
except TypeError as error:
    print(error)
e = ImportError("test", name="name", path="path")
show(e, "msg", "name", "path")
e.__init__()
show(e, "msg", "name", "path")
e.__init__("a", "b", path="p")
show(e, "msg", "name", "path")
e = ModuleNotFoundError("one", name_from="x")
show(e, "msg", "name", "path", "name_from")
e.__init__("two", "three")
show(e, "msg", "name", "path", "name_from")
