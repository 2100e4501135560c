# append and pop at the end of lists of every element kind, as their kind and their room change.
def build(n, late):
    ints, floats, mixed = [], [], []
    for i in range(n):
        ints.append(i)
        floats.append(i * 0.5)
        mixed.append(i if i % 2 else str(i))
        if i == late:
            ints.append("late")
            floats.append(7)
            mixed.append(None)
    return ints, floats, mixed


for late in (-1, 10, 2999):
    for part in build(3000, late):
        print(len(part), part[:3], part[-3:], sum(1 for x in part if isinstance(x, (int, float))))


def drain(items):
    seen = 0
    while items:
        v = items.pop()
        seen = (seen * 31 + (v if type(v) is int else len(str(v)))) % 1000003
    return seen


for _ in range(3):
    print([drain(p) for p in build(3000, 50)])
print([drain(list(range(4000))), drain([1.5, 2.5]), drain(["a"]), drain([])])


def pop_one(items):
    return items.pop()


for i in range(3000):
    pop_one([1, i])
print(pop_one([1, "x"]), pop_one([2.5]), pop_one([10**40]))
try:
    pop_one([])
except IndexError as e:
    print(e)


class Loud(list):
    def append(self, v):
        super().append(("loud", v))

    def pop(self):
        return "popped", super().pop()


def push(items, v):
    items.append(v)
    return items


for i in range(3000):
    push([], i)
print(push(Loud(), 3), pop_one(push(Loud(), 4)), push([1.5], 2), push([2], 1.5), push([None], 3))


def squares(n, bad):
    return [x * x if x != bad else None for x in range(n)]


for _ in range(300):
    squares(20, -1)
print(squares(5, 3), squares(5, 0), [c for row in [[1, 2], ["a"], [2.5]] for c in row for _ in range(2)])


def grow_while_iterated():
    items = [1]
    for x in items:
        if len(items) < 3000:
            items.append(x + 1)
    return len(items), items[-1]


print(grow_while_iterated())
