# Template strings and their parts.
from string.templatelib import Interpolation, Template

x, name = 3, "w"
t = t"a{x!r:>{x}}b{x}{x=}"
print(t)
print(t.strings, t.values, list(t))
print(t + t"q", Template("a", "b", Interpolation(1), "c"))
print(t.interpolations[0].__reduce__()[1], Interpolation.__match_args__)
match t.interpolations[0]:
    case Interpolation(value, expression, conversion, spec):
        print(value, expression, conversion, spec)
print(type(t), Template[int], rt"\d{name}".strings, t"" == t"", bool(t""))
for source in (
    "Template(1)", "Template('a', strings=1)", "Interpolation()", "Interpolation(1, 2)", "Interpolation(1, 'x', 'q')",
    "Interpolation(1, 'x', None, 3)", "t'a' + 'b'", "t'a' 'b'", "t'{}'", "t'{1!x}'", "type('A', (Template,), {})",
):
    try:
        print(source, eval(source))
    except (TypeError, ValueError, SyntaxError) as e:
        print(source, type(e).__name__, e)
