# Where module tokenize's native half says that a source is wrong.
import _tokenize
import io
import tokenize

for source in (
    "(", "x = (1,\n  2", "\n\nf(a[\n\n", "(\n# c\n", "(1\\\n", "x = 1 \\", "x)", "(]", "f\"{", "f\"{x", "f'''{\n",
    "  x\n y\n", "if x:\n\ty\n        z\n", "\u20ac = 1", "a\u20acb = 2", "\\ x", "'a", "x = 0777", "1_", "a\nb(\nc\n",
):
    for options in (dict(extra_tokens=True), dict(extra_tokens=True, encoding="utf-8")):
        count = 0
        file = io.BytesIO(source.encode()) if "encoding" in options else io.StringIO(source)
        try:
            for token in _tokenize.TokenizerIter(file.readline, **options):
                count += 1
            print(ascii(source), count)
        except SyntaxError as e:
            print(ascii(source), count, type(e).__name__, e.msg, e.lineno, e.offset, ascii(e.text), e.end_lineno,
                  e.end_offset)
for source in ("f(\n", "'''x\n"):
    try:
        list(tokenize.generate_tokens(io.StringIO(source).readline))
    except tokenize.TokenError as e:
        print(e)
