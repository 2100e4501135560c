# Globals and builtins rebound while code that read them as constants is hot.
FACTOR = 2


def scale(x):
    return x * FACTOR


def helper(x):
    return x + 1


def use(n):
    total = 0
    for i in range(n):
        total += helper(scale(i))
    return total


def other_helper(x):
    return x - 1


print(use(6000))
FACTOR = 3
print(use(6000))
helper = other_helper
print(use(100))
FACTOR = 0.5
print(use(6000))


def change_inside(n):
    global FACTOR, helper
    total = 0
    for i in range(n):
        if i == n // 3:
            FACTOR = 10
        if i == n // 2:
            helper = lambda x: 0
        total += helper(scale(1))
    return total


FACTOR = 1
print(change_inside(9000))


def length(items, n):
    t = 0
    for _ in range(n):
        t += len(items)
    return t


print(length([1, 2], 5000))
len = lambda x: 100
print(length([1, 2], 5000))
del len
print(length([1, 2], 5000))
t = 0
abs_calls = 0
for i in range(8000):
    t += abs(-i)
    if i == 4000:
        def abs(x):
            global abs_calls
            abs_calls += 1
            return 0
print(t, abs_calls)
del abs
del FACTOR
try:
    use(10)
    scale(1)
except NameError as error:
    print(error)
FACTOR = 7
print(scale(2))
module_level = 0
for i in range(10000):
    module_level += i & 3
    if i == 7000:
        module_level = float(module_level)
print(module_level)
