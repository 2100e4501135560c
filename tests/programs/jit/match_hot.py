# match statements in a hot interpreter loop.
class Push:
    __match_args__ = ("value",)

    def __init__(self, value):
        self.value = value


class Op:
    __match_args__ = ("name",)

    def __init__(self, name):
        self.name = name


def run(program, n):
    total = 0
    for _ in range(n):
        stack = []
        for instruction in program:
            match instruction:
                case Push(int(v)):
                    stack.append(v)
                case Push(v):
                    stack.append(v * 2)
                case Op("+"):
                    b, a = stack.pop(), stack.pop()
                    stack.append(a + b)
                case Op("*"):
                    b, a = stack.pop(), stack.pop()
                    stack.append(a * b)
                case ["swap"]:
                    stack[-1], stack[-2] = stack[-2], stack[-1]
                case {"dup": k}:
                    stack.extend([stack[-1]] * k)
                case None:
                    stack.pop()
                case _:
                    raise ValueError("bad")
        total += stack[-1]
    return total


program = [Push(2), Push(1.5), Op("+"), ["swap"] and Push(3), ["swap"], Op("*"), {"dup": 2}, Op("+"), None, Push(7), Op("+")]
print(run(program, 700))


def classify(n):
    counts = {}
    for i in range(n):
        match i % 12, i % 5:
            case 0, 0:
                k = "zero"
            case (1 | 2 | 3), x if x > 2:
                k = "guard"
            case x, y if x == y:
                k = "equal"
            case 11, _:
                k = "eleven"
            case [a, b]:
                k = "big" if a + b > 9 else "small"
        counts[k] = counts.get(k, 0) + 1
    return counts


print(classify(6000))
