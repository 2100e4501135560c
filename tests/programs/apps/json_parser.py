# A JSON parser and printer.
class JSONError(ValueError):
    def __init__(self, message, position):
        super().__init__(f"{message} at {position}")
        self.position = position


class Reader:
    escapes = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "/": "/", "r": "\r", "b": "\b", "f": "\f"}

    def __init__(self, text):
        self.text, self.i = text, 0

    def skip(self):
        while self.i < len(self.text) and self.text[self.i] in " \n\t\r":
            self.i += 1

    def parse(self):
        value = self.value()
        self.skip()
        if self.i != len(self.text):
            raise JSONError("extra text", self.i)
        return value

    def value(self):
        self.skip()
        if self.i >= len(self.text):
            raise JSONError("unexpected end", self.i)
        c = self.text[self.i]
        if c == "{":
            return dict(self.items("}", self.pair))
        if c == "[":
            return list(self.items("]", self.value))
        if c == '"':
            return self.string()
        for word, value in (("true", True), ("false", False), ("null", None)):
            if self.text.startswith(word, self.i):
                self.i += len(word)
                return value
        return self.number()

    def items(self, close, item):
        self.i += 1
        self.skip()
        if self.text[self.i:self.i + 1] == close:
            self.i += 1
            return
        while True:
            yield item()
            self.skip()
            c = self.text[self.i:self.i + 1]
            self.i += 1
            if c == close:
                return
            if c != ",":
                raise JSONError(f"expected , or {close}", self.i - 1)

    def pair(self):
        self.skip()
        key = self.string()
        self.skip()
        if self.text[self.i:self.i + 1] != ":":
            raise JSONError("expected :", self.i)
        self.i += 1
        return key, self.value()

    def string(self):
        if self.text[self.i:self.i + 1] != '"':
            raise JSONError("expected a string", self.i)
        start, self.i, out = self.i, self.i + 1, []
        while self.i < len(self.text):
            c = self.text[self.i]
            self.i += 1
            if c == '"':
                return "".join(out)
            if c == "\\":
                c = self.text[self.i]
                self.i += 1
                if c == "u":
                    out.append(chr(int(self.text[self.i:self.i + 4], 16)))
                    self.i += 4
                else:
                    out.append(self.escapes[c])
            else:
                out.append(c)
        raise JSONError("unterminated string", start)

    def number(self):
        start = self.i
        while self.i < len(self.text) and self.text[self.i] in "+-0123456789.eE":
            self.i += 1
        text = self.text[start:self.i]
        try:
            return int(text) if text.lstrip("-").isdigit() else float(text)
        except ValueError:
            raise JSONError("unexpected text", start) from None


def dump(value, indent=0):
    pad = "  " * indent
    match value:
        case None: return "null"
        case bool(): return "true" if value else "false"
        case int() | float(): return repr(value)
        case str(): return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
        case list():
            return "[" + ", ".join(dump(v, indent + 1) for v in value) + "]"
        case dict():
            inside = ",\n".join(f"{pad}  {dump(k)}: {dump(v, indent + 1)}" for k, v in value.items())
            return "{\n" + inside + "\n" + pad + "}" if value else "{}"
    raise TypeError(type(value).__name__)


source = """ {"name": "Habu\\n\\u00e9", "list": [1, -2.5, 1e3, true, null, []], "deep": {"a": {"b": [{}]}}, "big": 123456789012345678901234567890} """
value = Reader(source).parse()
print(value)
print(dump(value))
print(Reader(dump(value)).parse() == value)
for bad in ["", "{", "[1 2]", '{"a" 1}', '"abc', "[1,]", "tru", "1 2", '{1: 2}', "-"]:
    try:
        print(Reader(bad).parse())
    except JSONError as error:
        print(repr(bad), error, error.position)
big = Reader("[" + ",".join('{"id": %d, "v": [%d.5, "x"]}' % (i, i) for i in range(400)) + "]").parse()
print(len(big), sum(item["id"] for item in big), sum(item["v"][0] for item in big))
