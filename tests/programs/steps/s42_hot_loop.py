# A loop that gets hot.
def loop(n):
    total = 0
    for i in range(n):
        if i % 3 == 0:
            total += i
        else:
            total -= 1
    return total


print(loop(30000))
i = 0
s = 0.0
while i < 30000:
    s += i * 0.5
    i += 1
print(i, s)
