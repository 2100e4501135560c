# for and while with break, continue and else, nested.
for n in range(2, 12):
    for d in range(2, n):
        if n % d == 0:
            print(n, "=", d, "*", n // d)
            break
    else:
        print(n, "is prime")
i = 0
while i < 10:
    i += 1
    if i % 2:
        continue
    if i > 7:
        break
    print(i, end=" ")
else:
    print("never")
print("stopped at", i)
while i:
    i -= 1
else:
    print("done", i)
for x in []:
    pass
else:
    print("empty else")
for a in range(3):
    for b in range(3):
        if b == 2:
            continue
        if a == 2:
            break
        print(a, b, end="; ")
    else:
        print("inner finished", a)
        continue
    print("inner broke", a)
for i in range(3):
    i *= 10
    print(i, end=" ")
print(i)
items = [1, 2, 3, 4]
for item in items:
    if item == 2:
        items.remove(item)
print(items)
items = [1, 2, 3]
for item in items:
    if len(items) < 8:
        items.append(item * 10)
print(items)
n, steps = 27, 0
while n != 1:
    n = 3 * n + 1 if n % 2 else n // 2
    steps += 1
print(steps)
while True:
    try:
        steps += 1
        if steps % 5 == 0:
            break
        continue
    finally:
        print("finally", steps)
for key, value in {"a": 1, "b": 2}.items():
    print(key, value)
for i, c in enumerate("ab", start=5):
    print(i, c)
for a, b, c in zip([1, 2, 3], "ab", (True, False)):
    print(a, b, c)
for x in reversed([1, 2, 3]):
    print(x, end="")
print()
for target in [{}]:
    for target["key"] in range(3):
        pass
    print(target)
def first(predicate, values):
    for value in values:
        if predicate(value):
            return value
    else:
        return "none"
print(first(lambda v: v > 2, [1, 3]), first(lambda v: v > 5, [1, 3]))
for _ in range(10 ** 20):
    break
print([(i, j) for i in range(3) for j in range(i, 3)], sum(1 for _ in range(100)))
