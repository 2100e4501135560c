# A compiler from a little language to a stack machine, and the machine.
def parse(tokens):
    out = []
    while tokens:
        t = tokens.pop(0)
        if t == "(":
            out.append(parse(tokens))
        elif t == ")":
            return out
        else:
            try:
                out.append(int(t))
            except ValueError:
                out.append(t)
    return out


def compile_expression(e, code, functions):
    match e:
        case int():
            code.append(("push", e))
        case str():
            code.append(("load", e))
        case ["if", test, yes, no]:
            compile_expression(test, code, functions)
            branch = len(code)
            code.append(None)
            compile_expression(yes, code, functions)
            leave = len(code)
            code.append(None)
            code[branch] = ("jump_if_zero", len(code))
            compile_expression(no, code, functions)
            code[leave] = ("jump", len(code))
        case ["define", [name, *parameters], body]:
            inner = []
            compile_expression(body, inner, functions)
            inner.append(("return", None))
            functions[name] = (parameters, inner)
            code.append(("push", 0))
        case ["let", [name, value], body]:
            compile_expression(value, code, functions)
            code.append(("store", name))
            compile_expression(body, code, functions)
        case ["begin", *parts]:
            for part in parts[:-1]:
                compile_expression(part, code, functions)
                code.append(("pop", None))
            compile_expression(parts[-1], code, functions)
        case [("+" | "-" | "*" | "<" | "=" | "%") as op, left, right]:
            compile_expression(left, code, functions)
            compile_expression(right, code, functions)
            code.append(("op", op))
        case [str(name), *arguments]:
            for a in arguments:
                compile_expression(a, code, functions)
            code.append(("call", (name, len(arguments))))
        case _:
            raise SyntaxError(f"cannot compile {e!r}")


operators = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "<": lambda a, b: int(a < b), "=": lambda a, b: int(a == b), "%": lambda a, b: a % b}


def run(code, functions):
    stack, frames, variables, pc, steps = [], [], {}, 0, 0
    while pc < len(code):
        op, argument = code[pc]
        pc += 1
        steps += 1
        if op == "push":
            stack.append(argument)
        elif op == "load":
            stack.append(variables[argument])
        elif op == "store":
            variables[argument] = stack.pop()
        elif op == "op":
            right = stack.pop()
            stack.append(operators[argument](stack.pop(), right))
        elif op == "jump":
            pc = argument
        elif op == "jump_if_zero":
            if not stack.pop():
                pc = argument
        elif op == "pop":
            stack.pop()
        elif op == "call":
            name, count = argument
            parameters, body = functions[name]
            values = stack[len(stack) - count:]
            del stack[len(stack) - count:]
            frames.append((code, pc, variables))
            code, pc, variables = body, 0, dict(zip(parameters, values))
        elif op == "return":
            code, pc, variables = frames.pop()
    return stack.pop(), steps


def execute(source):
    code, functions = [], {}
    tree = parse(source.replace("(", " ( ").replace(")", " ) ").split())
    compile_expression(["begin", *tree], code, functions)
    return run(code, functions)


print(execute("(+ 1 (* 2 3))"))
print(execute("(define (fact n) (if (< n 2) 1 (* n (fact (- n 1))))) (fact 30)"))
print(execute("(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2))))) (fib 14)"))
print(execute("(define (gcd a b) (if (= b 0) a (gcd b (% a b)))) (gcd 1071 462)"))
print(execute("(let (x 5) (let (y (* x x)) (- y x)))"))
print(execute("(define (even n) (if (= n 0) 1 (odd (- n 1)))) (define (odd n) (if (= n 0) 0 (even (- n 1)))) (even 301)"))
for bad in ["(+ 1)", "(missing 1)", "x", "(1 2)"]:
    try:
        print(execute(bad))
    except (SyntaxError, KeyError, IndexError) as error:
        print(bad, type(error).__name__, error)
