# Nested hot loops with break, continue and else.
def primes(n):
    found = 0
    last = 0
    for i in range(2, n):
        for j in range(2, i):
            if j * j > i:
                found += 1
                last = i
                break
            if i % j == 0:
                break
        else:
            found += 1
            last = i
    return found, last


print(primes(3000))


def grid(n):
    total = 0
    for i in range(n):
        if i % 3 == 0:
            continue
        for j in range(n):
            if j == i:
                continue
            if j > 40:
                break
            for k in range(3):
                if k == 2:
                    break
                total += i * j + k
            else:
                total += 10 ** 9
        else:
            total += 1
    else:
        total += 7
    return total


print(grid(120))


def while_loops(n):
    i = total = 0
    while i < n:
        j = i
        while True:
            j += 3
            if j % 7 == 0:
                break
            if j > i + 10:
                i += 1
                break
        else:
            total = -1
        total += j
        i += 1
    else:
        total += 1
    return total


print(while_loops(6000))


def triangular(n):
    count = 0
    for i in range(n):
        for j in range(i):
            for k in range(j):
                count += 1
    return count


print(triangular(45))


def reverse(n):
    out = 0
    for i in range(n, 0, -1):
        for j in range(10, -10, -3):
            out = (out * 31 + i * j) % 1000003
    return out


print(reverse(2000))


def modified_variables(n):
    s = 0
    for i in range(n):
        i = i * 2
        s += i
    return s, i


print(modified_variables(5000))


def empty(n):
    c = 0
    for i in range(n):
        for j in range(0):
            c += 1
        else:
            c += 2
        for j in range(5, 5):
            c += 1
    return c


print(empty(5000))
for a in range(70):
    for b in range(70):
        if b > a:
            break
        last = a * b
print(a, b, last)
