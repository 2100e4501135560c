# Chained comparisons, whose middle is evaluated once, in hot loops.
calls = 0


def middle(i):
    global calls
    calls += 1
    return i % 10


def loop(n):
    inside = 0
    for i in range(n):
        if 2 < middle(i) < 7:
            inside += 1
        if 0 <= i % 4 < 3 != 1 == 1:
            inside += 2
        if not 3 <= i % 5 <= 4:
            inside += 4
    return inside


print(loop(6000), calls)


def short_circuit(n):
    log = 0

    def right():
        nonlocal log
        log += 1
        return 5

    for i in range(n):
        i % 3 < 1 < right()
    return log


print(short_circuit(5000))


def mixed_types(n):
    c = 0
    for i in range(n):
        x = i * 0.5
        if 100 < x <= i < 2000.5:
            c += 1
        if "a" <= "abc"[i % 3] < "c":
            c += 1
        if (1, i % 3) < (1, 2) <= (2,):
            c += 1
    return c


print(mixed_types(6000))


def clamp(v, low, high):
    return low if v < low else high if v > high else v


print(sum(clamp(i - 3000, -1000, 500) for i in range(6000)))


def in_chain(n):
    allowed = {1, 3, 5}
    t = 0
    for i in range(n):
        if i % 8 in allowed != False:
            t += 1
        if 0 < i % 9 not in [2, 4]:
            t += 1
        if i is i is not None:
            t += 1
    return t


print(in_chain(4000))


class V:
    def __init__(self, n):
        self.n = n

    def __lt__(self, o):
        return self.n < o.n

    def __le__(self, o):
        return V(self.n) if self.n <= o.n else 0


low, high = V(10), V(4000)
print(sum(low < V(i) < high for i in range(5000)), sum(1 for i in range(3000) if low <= V(i) <= high))
