# json's accelerators, csv, unicodedata, cmath.
import cmath
import csv
import io
import json
import unicodedata


def attempt(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e, *getattr(e, "__notes__", ()))


for text in ('{"a":1,}', "[1,]", '{"a" 1}', "[1 2]", '"\\u12"', '"\\q"', '"a\nb"', '"abc', "", "{", "{1", '["a",', '{"a"', "[", "-", "[1,,]", "01", "1."):
    attempt(json.loads, text)
attempt(json.loads, '[1,2.5e3,-0,"\\ud83d\\ude00\\n",null,true,false,NaN,-Infinity,{"a":{"b":[]}}]')
attempt(json.loads, "123456789012345678901234567890")
attempt(json.loads, '{"a":1,"a":2.5}', object_pairs_hook=list, parse_float=str)
attempt(json.dumps, {(1,): 2})
attempt(json.dumps, float("nan"), allow_nan=False)
attempt(json.dumps, {1.5: 1, None: 2, True: 3, 4: 5})
attempt(json.dumps, {"a": [1, {"b": {1, 2}}]})
loop = []
loop.append(loop)
attempt(json.dumps, loop)
attempt(json.dumps, {"b": [1, 2, {}], "a": []}, indent=2, sort_keys=True)
attempt(json.dumps, 'é😀\x00"\\\x7f')
attempt(json.dumps, 'é😀\x00"\\\x7f', ensure_ascii=False)
attempt(json.dumps, {(1,): 2, "k": 3}, skipkeys=True)


# A default that changes what is being written.
class Odd:
    pass


held = [Odd(), 1, 2]


def shrink(v):
    del held[1:]
    return "odd"


attempt(json.dumps, held, default=shrink)


def read(lines, **how):
    try:
        print(list(csv.reader(lines, **how)))
    except Exception as e:
        print(type(e).__name__, e)


read(['a,"b""c",d', '"x\ny",z', ""])
read(['a,"b" c'], strict=True)
read(['"abc'], strict=True)
read([b"x"])
read(["a\nb"])
read(['1,"2",x'], quoting=csv.QUOTE_NONNUMERIC)
read([',"",x'], quoting=csv.QUOTE_NOTNULL)
read(["a\\,b"], escapechar="\\")
read(["  a, b"], skipinitialspace=True)


def write(row, **how):
    target = io.StringIO()
    try:
        csv.writer(target, **how).writerow(row)
        print(repr(target.getvalue()))
    except Exception as e:
        print(type(e).__name__, e)


write([1, 2.5, None, "a b", "a,b", 'a"b', "a\nb", ""])
write([None])
write(["a,b"], quoting=csv.QUOTE_NONE)
write(["a,b"], quoting=csv.QUOTE_NONE, escapechar="\\")
write([1, "a", None, ""], quoting=csv.QUOTE_STRINGS)
write(5)
for how in ({"delimiter": "ab"}, {"delimiter": 1}, {"quotechar": None}, {"quoting": 9}, {"lineterminator": 1}, {"foo": 1}, {"delimiter": '"'}):
    attempt(lambda: csv.reader([], **how).dialect.quoting)
attempt(csv.get_dialect, "nope")
print(csv.list_dialects(), csv.field_size_limit())

for c in "aÀ½Ⅷ中\uac01ﬁ\u0345٣":
    print(unicodedata.name(c), unicodedata.category(c), unicodedata.bidirectional(c), unicodedata.combining(c), unicodedata.east_asian_width(c), unicodedata.mirrored(c), unicodedata.decomposition(c), unicodedata.numeric(c, None), unicodedata.digit(c, None))
for form in ("NFC", "NFD", "NFKC", "NFKD"):
    print(ascii(unicodedata.normalize(form, "ẛ̣ﬁ각Å\u0315\u0300")), unicodedata.is_normalized(form, "Å"))
print(unicodedata.lookup("SNOWMAN"), unicodedata.unidata_version, unicodedata.ucd_3_2_0.category("\u0220"), unicodedata.ucd_3_2_0.unidata_version)
attempt(unicodedata.name, "\0")
attempt(unicodedata.lookup, "NO SUCH")
attempt(unicodedata.category, "ab")
attempt(unicodedata.decimal, "x")
attempt(unicodedata.normalize, "X", "é")

for f in (cmath.sqrt, cmath.exp, cmath.log, cmath.sin, cmath.tanh, cmath.asinh, cmath.acos, cmath.atan):
    print(f.__name__, [f"{w.real:.12g} {w.imag:.12g}" for w in (f(z) for z in (0.5 + 2j, complex(-3, -0.0), complex(1e-3, 4.5), complex("nan")))])
attempt(cmath.log, 0)
attempt(cmath.exp, 1000)
attempt(cmath.sqrt, "x")
print(cmath.rect(2, cmath.pi), cmath.isclose(1, 1 + 1e-12j), cmath.phase(-1), cmath.infj)
