# What numbers say when used wrongly.
values = [1]
actions = [
    lambda: 1 + "a", lambda: "a" + 1, lambda: 1 - None, lambda: [] * 1.5, lambda: 1 < "a", lambda: None > 1,
    lambda: 1.5 & 1, lambda: 1 << 1.0, lambda: -"a", lambda: ~1.5, lambda: +[], lambda: abs("a"),
    lambda: int([]), lambda: int("a", 1), lambda: int("a", 99), lambda: int(1.5, 10), lambda: float([]), lambda: round("a"),
    lambda: divmod(1, "a"), lambda: pow("a", 2), lambda: pow(2.0, 3, 5), lambda: hex(1.5), lambda: chr(-1), lambda: chr(0x110000),
    lambda: ord("ab"), lambda: ord(1), lambda: range(1.5), lambda: range(1, 10, 0), lambda: values[1.0], lambda: str(values)["a"],
    lambda: (1).missing, lambda: values[0](), lambda: values[0][0], lambda: len(5), lambda: iter(5), lambda: sum(["a"]), lambda: sum([[1]]),
    lambda: max([]), lambda: min(), lambda: max(1, "a"), lambda: 5 in 5, lambda: int.from_bytes("a", "big"), lambda: (300).to_bytes(1, "big"),
    lambda: (-1).to_bytes(1, "big"), lambda: 1 @ 2, lambda: {} + {}, lambda: {1} + {2}, lambda: () - (), lambda: complex("1", 2),
]
for number, action in enumerate(actions):
    try:
        print(number, action())
    except Exception as error:
        print(number, type(error).__name__, error)
