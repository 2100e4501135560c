# Objects beyond the size classes: long lists, strings, dicts and big integers.
def big_lists(n):
    kept = []
    for i in range(n):
        kept.append([i] * 20000)
        if len(kept) > 3:
            kept.pop(0)
    return [k[0] for k in kept], sum(len(k) for k in kept)


print(big_lists(60))


def big_strings(n):
    s = "x" * 10000
    total = 0
    for i in range(n):
        s = s[1:] + chr(97 + i % 26)
        total += len(s + s)
    return total, s[-5:]


print(big_strings(300))


def big_ints(n):
    x = 1
    for i in range(1, n):
        x = x * 3 + i
    return x % 10 ** 9, x.bit_length()


print(big_ints(3000))


def big_dicts(n):
    out = 0
    for i in range(n):
        d = dict.fromkeys(range(3000), i)
        out += d[i] + len(d)
    return out


print(big_dicts(40))
table = [bytearray(50000) for _ in range(20)]
table[3][49999] = 7
print(sum(b[-1] for b in table), len(table))
grow = []
for i in range(100000):
    grow.append(i)
print(len(grow), grow[-1], sum(grow[::1000]))
while grow:
    del grow[len(grow) // 2 :]
print(grow)
nested = []
for _ in range(2000):
    nested = [nested]
depth = 0
while nested:
    nested = nested[0]
    depth += 1
print(depth)
