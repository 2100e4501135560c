"""The codecs of escapes warn of what a later version will reject: unknown and too large octal ones."""

import codecs, warnings
for d in [rb"a\q\z", rb"\501\400", rb"\q\777", rb"\x4", b"\\", rb"ok\n", rb"\q\x4"]:
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter("always")
        for f in (codecs.escape_decode, codecs.unicode_escape_decode):
            for e in ("strict","ignore","replace","nope"):
                try: print(f(d, e))
                except Exception as x: print(type(x).__name__, x)
    for x in w: print(x.category.__name__, x.message, x.lineno)
warnings.simplefilter("error")
for f in (codecs.escape_decode, codecs.unicode_escape_decode):
    try: f(rb"\q")
    except Exception as x: print(type(x).__name__, x)
