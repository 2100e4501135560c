# The only hot code is module level: the loop itself must be entered in the middle.
import_time = 0
total = 0
i = 0
while i < 60000:
    total += i * i % 7
    i += 1
print(i, total)
values = []
for k in range(20000):
    if k % 4000 == 0:
        values.append(total)
    total = (total * 33 + k) % 1000003
print(values, total)
x, y = 0.0, 1.0
for k in range(20000):
    x, y = x + y * 0.001, y - x * 0.001
print(f"{x:.6f} {y:.6f}")
table = {}
for k in range(9000):
    table[k % 97] = table.get(k % 97, 0) + k
print(len(table), sum(table.values()), table[5])
nested = 0
for a in range(150):
    for b in range(a):
        nested += a ^ b
        if nested > 1 << 40:
            nested = 0
print(nested, a, b)
n = 0
while True:
    n += 1
    if n == 30000:
        n = "changed"
        break
print(n)
count = 0
for c in "abc" * 4000:
    count += c == "b"
print(count)


class Acc:
    pass


acc = Acc()
acc.total = 0
for k in range(12000):
    acc.total += k
    if k == 11000:
        acc.total = acc.total / 2
print(acc.total)
try:
    for k in range(50000):
        if k == 40000:
            raise ValueError(k)
except ValueError as error:
    print(error, k)
found = [k for k in range(20000) if k % 7 == 3 and k % 11 == 5]
print(len(found), found[:3])
import_time = sum(1 for k in range(10000) if k & 8)
print(import_time)
