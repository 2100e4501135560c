"""string.Formatter and Template stand on the parsers that str.format uses."""

import string

f = string.Formatter()
for text in ["a{0}b{{c}}{x!r:>{w}}", "", "{{}}", "{}", "{a.b[0][k].c:fmt}", "x{{{0}}}"]:
    print(text, list(f.parse(text)))
print(f.format("{0} {1!r} {name:>5}|", 1, "two", name="n"))
print(f.format("{} {}", 1, 2), f.vformat("{a}", (), {"a": 5}))
print(f.format("{0.real} {1[k]} {2[1]}", 3, {"k": "v"}, "xyz"))


class Default(string.Formatter):
    def get_value(self, key, args, kwargs):
        if isinstance(key, str):
            return kwargs.get(key, f"<{key}>")
        return super().get_value(key, args, kwargs)


print(Default().format("{missing} {0} {there}", "x", there=1))
for text in ["{", "}", "{a", "{!}", "{0!x}"]:
    try:
        print(f.format(text, 1))
    except (ValueError, KeyError) as e:
        print(type(e).__name__, e)
print(string.Template("$a ${b} $$").substitute(a=1, b="x"))
