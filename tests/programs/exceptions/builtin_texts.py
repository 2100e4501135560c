# Texts of built-in exceptions from everyday mistakes.
class C:
    def m(self): pass
    attr = 1
c = C()
undefined = None
actions = """
undefined_name
c.missing
C.missing
None.attribute
None + 1
undefined()
undefined[0]
c()
c[0]
c[0:1]
[1, 2][5]
(1, 2)[5]
"ab"[5]
{}["key"]
{1: 2}[(1, 2)]
[].pop()
int("abc")
int(None)
float("abc")
len(None)
len(5)
"a" + 1
1 + "a"
"a" * "b"
[1] + "a"
"a" - "b"
-"a"
"%d" % "x"
"{}".format()
chr(2000000)
ord("")
range("a")
sorted([1, "a"])
max([])
sum("ab")
[].index(3)
"abc".index("z")
(1,).index(2)
dict(1)
set(1)
list(1)
tuple(1)
iter(1)
next(1)
abs("x")
round("x")
hash([])
hash({})
isinstance(1, 1)
c.m(1)
c.m(x=1)
print(1, foo=2)
[].append()
"".join([1])
"".join(1)
bytes(["a"])
b"" + ""
open("/no/such/file/here")
__import__("not_a_module")
1 / 0
1 // 0
1 % 0
1.0 / 0
0 ** -1
10 ** 1000 * 1.0
1 << -1
[1] < 1
{} < {}
c < c
1 in 1
[] in {}
x = lambda: y; x
*1,
eval("1 +")
eval("(")
eval("'a")
eval("1 1")
eval("f(")
compile("x = ", "f", "exec")
eval("$")
int("1" * 5000)
str.upper(1)
object.__new__(int)
super().x
type("A", 1, {})
type()
setattr(c, 1, 2)
getattr(c, 1)
c.__class__ = 5
"{x}".format(y=1)
"{0.x}".format(1)
all(1)
zip(1)
enumerate()
complex("a")
slice()
memoryview(1)
""".strip().split("\n")
for action in actions:
    try:
        print(action, "=>", eval(action) if "=" not in action or "(" in action.split("=")[0] else exec(action))
    except BaseException as error:
        print(action, "=>", type(error).__name__, str(error).split("\n")[0])
