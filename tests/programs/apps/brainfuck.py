# A Brainfuck interpreter running a small program.
def compile_bf(source):
    code, stack = [], []
    for c in source:
        if c in "+-<>":
            step = 1 if c in "+>" else -1
            kind = "add" if c in "+-" else "move"
            if code and code[-1][0] == kind:
                code[-1] = (kind, code[-1][1] + step)
            else:
                code.append((kind, step))
        elif c == ".":
            code.append(("out", 0))
        elif c == "[":
            stack.append(len(code))
            code.append(("open", None))
        elif c == "]":
            start = stack.pop()
            code[start] = ("open", len(code))
            code.append(("close", start))
    if stack:
        raise SyntaxError("unbalanced")
    return code


def run(source):
    code = compile_bf(source)
    tape, pointer, pc, out, steps = [0] * 300, 0, 0, [], 0
    n = len(code)
    while pc < n:
        op, argument = code[pc]
        if op == "add":
            tape[pointer] = (tape[pointer] + argument) & 255
        elif op == "move":
            pointer += argument
        elif op == "out":
            out.append(chr(tape[pointer]))
        elif op == "open":
            if not tape[pointer]:
                pc = argument
        elif tape[pointer]:
            pc = argument
        pc += 1
        steps += 1
    return "".join(out), steps


print(run("++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+.>++."))
print(run("++++++[>+++++++<-]>" + ".+" * 20 + "[->+>+<<]>[-<+>]>."))
try:
    run("[")
except SyntaxError as error:
    print(error)
