# A tokenizer, a recursive-descent parser and an evaluator.
class Token:
    def __init__(self, kind, text, position):
        self.kind, self.text, self.position = kind, text, position

    def __repr__(self):
        return f"{self.kind}:{self.text}"


class ParseError(Exception):
    pass


def tokenize(source):
    i = 0
    while i < len(source):
        c = source[i]
        if c.isspace():
            i += 1
        elif c.isdigit() or c == ".":
            start = i
            while i < len(source) and (source[i].isdigit() or source[i] == "."):
                i += 1
            yield Token("number", source[start:i], start)
        elif c.isalpha():
            start = i
            while i < len(source) and source[i].isalnum():
                i += 1
            yield Token("name", source[start:i], start)
        elif source[i:i + 2] == "**":
            yield Token("op", "**", i)
            i += 2
        elif c in "+-*/%(),=":
            yield Token("op", c, i)
            i += 1
        else:
            raise ParseError(f"bad character {c!r} at {i}")
    yield Token("end", "", i)


class Parser:
    levels = [("+", "-"), ("*", "/", "%")]

    def __init__(self, source, variables):
        self.tokens = list(tokenize(source))
        self.index = 0
        self.variables = variables

    @property
    def current(self):
        return self.tokens[self.index]

    def accept(self, *texts):
        if self.current.kind == "op" and self.current.text in texts:
            self.index += 1
            return self.tokens[self.index - 1].text

    def expect(self, text):
        if not self.accept(text):
            raise ParseError(f"expected {text!r} at {self.current.position}, found {self.current}")

    def statement(self):
        if self.current.kind == "name" and self.tokens[self.index + 1].text == "=":
            name = self.current.text
            self.index += 2
            value = self.variables[name] = self.level(0)
        else:
            value = self.level(0)
        if self.current.kind != "end":
            raise ParseError(f"unexpected {self.current}")
        return value

    def level(self, n):
        if n == len(self.levels):
            return self.unary()
        value = self.level(n + 1)
        while op := self.accept(*self.levels[n]):
            other = self.level(n + 1)
            match op:
                case "+": value += other
                case "-": value -= other
                case "*": value *= other
                case "/": value /= other
                case "%": value %= other
        return value

    def unary(self):
        if self.accept("-"):
            return -self.unary()
        return self.power()

    def power(self):
        base = self.atom()
        if self.accept("**"):
            return base ** self.unary()
        return base

    def atom(self):
        token = self.current
        self.index += 1
        if token.kind == "number":
            return float(token.text) if "." in token.text else int(token.text)
        if token.kind == "name":
            if self.accept("("):
                arguments = []
                if not self.accept(")"):
                    arguments.append(self.level(0))
                    while self.accept(","):
                        arguments.append(self.level(0))
                    self.expect(")")
                return {"max": max, "min": min, "abs": abs, "sum": lambda *a: sum(a)}[token.text](*arguments)
            return self.variables[token.text]
        if token.text == "(":
            value = self.level(0)
            self.expect(")")
            return value
        raise ParseError(f"unexpected {token} at {token.position}")


variables = {"pi": 3.14159}
for line in ["1 + 2 * 3", "(1 + 2) * 3", "2 ** 3 ** 2", "-2 ** 2", "x = 10 / 4", "x * 2", "max(1, x, sum(1, 2, 3))", "10 % 4 - -3", "2 ** 100", "y", "1 +", "(1", "1 $ 2", "1 / 0", "abs(-5)", "f(1)", "sum()", "1 2"]:
    try:
        print(line, "=", Parser(line, variables).statement())
    except (ParseError, ZeroDivisionError) as error:
        print(line, "!", error)
    except KeyError as error:
        print(line, "! unknown", error)
