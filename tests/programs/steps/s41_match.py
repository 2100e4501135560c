# match.
def kind(x):
    match x:
        case 0:
            return "zero"
        case int():
            return "int"
        case [a, b]:
            return f"pair {a} {b}"
        case {"k": v}:
            return f"mapping {v}"
        case "a" | "b":
            return "letter"
        case _:
            return "other"


print([kind(x) for x in (0, 5, [1, 2], {"k": 3}, "a", "z", None)])
