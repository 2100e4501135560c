# A generator.
def numbers(n):
    i = 0
    while i < n:
        yield i
        i += 1


print(list(numbers(4)), sum(numbers(5)))
g = numbers(2)
print(next(g), next(g))
try:
    next(g)
except StopIteration:
    print("stop")
for x in numbers(3):
    print(x)
