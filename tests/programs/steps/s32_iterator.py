# The iterator protocol by hand.
class Count:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        return self.n


print(list(Count(3)), sum(Count(4)), 2 in Count(5))
for x in Count(2):
    print(x)
it = iter([1, 2])
print(next(it), next(it), next(it, "end"))
