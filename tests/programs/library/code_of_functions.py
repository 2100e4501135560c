# What a code object of the library tells about itself does not depend on whether the function has run.
import dis
import marshal
import posixpath
import textwrap
import types

join, dedent = posixpath.join.__code__, textwrap.dedent.__code__
before = join.co_code, join.co_consts, join.co_names, join.co_varnames, hash(join)
assert posixpath.join("a", "b", "/c", "d") == "/c/d"
assert textwrap.dedent("  x\n  y") == "x\ny"
after = join.co_code, join.co_consts, join.co_names, join.co_varnames, hash(join)
print(before == after, len(join.co_code) > 100, "join" in join.co_consts)

copy = join.replace(co_name="other")
print(copy.co_name, copy == join, join.replace() == join, hash(join.replace()) == hash(join))
f = types.FunctionType(copy, {**vars(posixpath)})
print(f("a", "b"), f("a", "/b"))
again = marshal.loads(marshal.dumps(join))
print(again == join, again.co_names == join.co_names)
f = types.FunctionType(again, {**vars(posixpath)})
print(f("a", "b/", "c"))
print(len(list(dis.get_instructions(dedent))) > 20, next(dedent.co_positions())[0] is not None)
print(sorted({line for _, _, line in dedent.co_lines() if line})[0] == dedent.co_firstlineno)


# A generator of the library that is left halfway.
def leave():
    walk = posixpath.os.walk(".")
    next(walk)
    return walk.gi_code


code = leave()
print(code.co_name, len(code.co_code) > 100, code.replace(co_name="w").co_name)
