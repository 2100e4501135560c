# sum() of complex numbers is compensated as that of floats is.
print(sum([0.1j] * 10), sum([0.1] * 10), sum([1.5, 0.1j] * 10))
print(sum([1, 2.5, 3 + 4j, 5, True, 0.5]), sum([1j, 2], 3), sum([2j], 1.5))
print(sum([1e100j, 1j, -1e100j]), sum([1e16, 1j, 1.0, -1e16]))
for numbers in ([-0.0], [-0.0j], [complex(-0.0, -0.0)], [-0.0, complex(-0.0, -0.0)], [-0.0, -0.0]):
    print(numbers, sum(numbers), sum(numbers, -0.0))
print(sum([complex('inf'), 1j]), sum([complex('nan'), 1]))


class Other(complex):
    def __add__(self, other):
        return 'added'


print(sum([Other(1), 2]), sum([1j, 10**30]))
print(sum([1j, 10**400 // 10**390]))
