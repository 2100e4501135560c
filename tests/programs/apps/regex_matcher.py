# A backtracking matcher for a small regular expression language.
class Pattern:
    def __init__(self, source):
        self.source, self.i = source, 0
        self.tree = self.alternatives()
        if self.i != len(source):
            raise ValueError(f"unexpected {source[self.i]!r} at {self.i}")

    def peek(self):
        return self.source[self.i] if self.i < len(self.source) else ""

    def alternatives(self):
        options = [self.sequence()]
        while self.peek() == "|":
            self.i += 1
            options.append(self.sequence())
        return options[0] if len(options) == 1 else ("or", options)

    def sequence(self):
        parts = []
        while self.peek() not in ("", "|", ")"):
            atom = self.atom()
            while self.peek() and self.peek() in "*+?":
                atom = ("repeat", atom, {"*": (0, None), "+": (1, None), "?": (0, 1)}[self.peek()])
                self.i += 1
            parts.append(atom)
        return ("seq", parts)

    def atom(self):
        c = self.peek()
        self.i += 1
        if c == "(":
            inner = self.alternatives()
            if self.peek() != ")":
                raise ValueError("missing )")
            self.i += 1
            return inner
        if c == "[":
            end = self.source.find("]", self.i)
            if end < 0:
                raise ValueError("missing ]")
            chars, self.i = self.source[self.i:end], end + 1
            return ("set", frozenset(chars))
        if c == ".":
            return ("any",)
        if c in "*+?":
            raise ValueError(f"nothing to repeat at {self.i - 1}")
        if c == "\\":
            c = self.peek()
            self.i += 1
            if c == "d":
                return ("set", frozenset("0123456789"))
        return ("char", c)

    def match(self, text):
        return any(end == len(text) for end in self.step(self.tree, text, 0))

    def step(self, node, text, i):
        match node:
            case ("char", c):
                if text[i:i + 1] == c:
                    yield i + 1
            case ("any",):
                if i < len(text):
                    yield i + 1
            case ("set", chars):
                if i < len(text) and text[i] in chars:
                    yield i + 1
            case ("or", options):
                for option in options:
                    yield from self.step(option, text, i)
            case ("seq", []):
                yield i
            case ("seq", [first, *rest]):
                for j in self.step(first, text, i):
                    yield from self.step(("seq", rest), text, j)
            case ("repeat", inner, (low, high)):
                if high is None or high > 0:
                    for j in self.step(inner, text, i):
                        if j > i:
                            yield from self.step(("repeat", inner, (max(low - 1, 0), high and high - 1)), text, j)
                if low == 0:
                    yield i


for source, texts in [("abc", ["abc", "ab"]), ("a*b", ["b", "aaab", "aac"]), ("(ab|c)+d?", ["abcab", "d", "ccd"]), ("[xyz]+\\d\\d", ["xy42", "x4"]), (".*end", ["the end", "ending"]), ("a?a?a?aaa", ["aaa", "aa", "aaaaaa"]), ("", ["", "x"]), ("(a|b)*c|d", ["ababc", "d", "ab"])]:
    print(source, [(t, Pattern(source).match(t)) for t in texts])
for bad in ["(a", "a)", "*a", "[ab"]:
    try:
        Pattern(bad)
    except ValueError as error:
        print(bad, error)
