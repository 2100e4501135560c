# A global that a hot loop stores to becomes a constant of other code in the middle of the loop: the loop's next store
# must undo that.
def show():
    return name


def idle():
    return None


seen = []
f = idle
for name in ["a", "b", "c", "d", "e", "f"] * 1000:
    seen.append(f())
    if len(seen) == 3000:
        f = show
print(len(seen), seen[2999], "".join(seen[3000:3012]), "".join(seen[-12:]))


def ask():
    return current


def drive(rounds, f):
    global current
    out = 0
    for k in range(rounds):
        current = k
        if k * 2 == rounds:
            f = ask
        out += f() == k
    return out


print([drive(n, idle) for n in (10, 100, 1000, 20000)])


def call(f):
    try:
        return f()
    except ValueError:
        return None


for word in ["ignore", "replace", "xmlcharrefreplace", "backslashreplace", "namereplace"] * 3:
    print(call(lambda: word), end=" ")
print()
