"""json.dumps: escapes, numbers, nesting, and cycles found at any depth."""
import json

tree = {"a": 'ą"\\\n\x01\x7f😀x', "b": [1, -5, 2**70, 1.5, True, None], "é": {}, "c": [], "d": ("x",), 1: 2, None: 3}
for ascii_only in (True, False):
    print(json.dumps(tree, ensure_ascii=ascii_only))
    print(json.dumps(tree, ensure_ascii=ascii_only, indent=1, separators=(" ,", " :")))
print(json.dumps("\u0105\u0107" * 3 + "plain", ensure_ascii=True), json.dumps("\udc80"))
print(len(json.dumps(["a" * 600] * 3)), json.dumps(["long" * 200])[-9:])


def nested(depth):
    outer = inner = []
    for _ in range(depth):
        inner.append([])
        inner = inner[0]
    return outer, inner


for depth in (0, 5, 22, 23, 24, 25, 60, 300):
    outer, inner = nested(depth)
    # The same list twice, but not inside of itself.
    inner.extend([[7]] * 2)
    assert json.loads(json.dumps(outer)) == outer
    for target in (outer, inner):
        inner.append(target)
        try:
            json.dumps(outer)
        except ValueError as error:
            print(depth, error)
        inner.pop()
    print(len(json.dumps([outer, outer])))
