# json, re, string and textwrap, lightly.
import json
import re
import string
import textwrap

data = {"name": "Ada", "tags": ["x", 1, 2.5, None, True], "nested": {"é": "ü\n\""}}
text = json.dumps(data)
print(text, json.loads(text) == data, json.dumps([1, {"b": 2, "a": 1}], sort_keys=True), json.dumps({"a": [1, 2]}, indent=2), json.dumps("é", ensure_ascii=False))
for bad in ("{", "[1,]", "nul", '{"a" 1}', ""):
    try:
        json.loads(bad)
    except json.JSONDecodeError as error:
        print(error)
print(re.findall(r"\w+", "hello big world"), re.sub(r"(\d+)", r"<\1>", "a1b22"), re.match(r"(?P<k>\w+)=(?P<v>\d+)", "key=42").groupdict(), re.split(r"[,;]\s*", "a, b;c"), re.search("z", "abc"), re.fullmatch(r"a+", "aaa").span())
print(re.sub(r"\b(\w)", lambda m: m.group(1).upper(), "make title case"), [m.start() for m in re.finditer("a", "banana")], re.compile("^x", re.M | re.I).findall("X\nx"))
try:
    re.compile("(")
except re.error as error:
    print(error)
print(string.ascii_lowercase[:5], string.digits, string.Template("$a and ${b}").substitute(a=1, b=2))
print(textwrap.fill("the quick brown fox jumps", 12), textwrap.dedent("  a\n    b\n"), textwrap.shorten("many words here", 10))
