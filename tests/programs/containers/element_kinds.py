# Lists of integers, floats and anything, and moving between them.
import math

empty = []
empty.append(1.5); empty.append(2.5); empty.append(3)
print(empty, type(empty[0]), type(empty[2]))
ints = [1, 2, 3]
ints.append(2**70); ints.append(True); ints.append(1.0)
print(ints, [type(x).__name__ for x in ints])
floats = [1.0, -0.0, 0.0, 1e300, 1e-300, float("inf"), -float("inf"), 5e-324]
print(floats, [math.copysign(1, x) for x in floats], sum(floats[:5]))
floats.append(float("nan"))
print(floats, floats[-1] in floats, floats.count(floats[-1]), floats.index(floats[-1]))
nan = float("nan")
print([nan] == [nan], [nan] == [float("nan")], [nan, 1.0].index(nan), nan in [1.0, nan], [1.0, 2.0].count(nan))
print([1.0, 2.0] == [1, 2], [1, 2] == [1.0, 2.0], 1 in [1.0], 1.0 in [1], True in [1], [True] == [1], [0.0] == [-0.0])
print([1] + [2.0], [1.0] + [2.0], [] + [1.0], [1.0] + [], [1, 2] + ["a"], [1.5] * 3, [1] * 3, [None] * 2, ["a"] * 0, [1.0, 2.0] * 2)
mixed = [1.0, 2.0, 3.0]
mixed[1] = "x"
print(mixed, [type(x).__name__ for x in mixed])
mixed = [1.0, 2.0, 3.0]
mixed[1:2] = [7, 8]
print(mixed)
mixed = [1, 2, 3]
mixed[1:2] = [7.5]
print(mixed)
mixed = [1.0, 2.0, 3.0, 4.0]
mixed[::2] = [9.0, 10.0]
print(mixed)
mixed[::2] = [1, None]
print(mixed)
grown = [0.5]
grown.extend([1.5, 2.5]); grown.extend((3.5,)); grown.extend([4]); grown.extend("z"); grown.insert(0, -1.5)
print(grown)
sliced = [0.0, 1.0, 2.0, 3.0, 4.0]
print(sliced[1:3], sliced[::-1], sliced[::2], type(sliced[1]), sliced[-2:] + [1])
del sliced[1::2]
print(sliced, sliced.pop(), sliced.pop(0), sliced)
sliced.clear()
sliced.append("text")
print(sliced)
queue = [1, 2]
queue.pop(); queue.pop()
queue.append(2.5)
print(queue, queue[0] + 1)
queue.pop()
queue.append(None)
print(queue)
for sort in ([3.5, -1.5, 0.0, -0.0, 2.0], [3, 1, 2, -5], [2.5, 1, 3, 0.5], [True, 0, 2, False], [2**70, 1, -2**70], [1.0, float("inf"), -float("inf")]):
    print(sorted(sort), sorted(sort, reverse=True))
    sort.sort()
    sort.reverse()
    print(sort)
shared = [1, 2, 3]
alias = shared
shared[0] = "changed"
print(alias, alias is shared)


class L(list):
    pass


sub = L([1.0, 2.0])
sub.append(3)
sub.extra = "attribute"
print(sub, sub.extra, type(sub), type(sub[:1]), type(sub + [1]), type(sub * 2), sub == [1.0, 2.0, 3], isinstance(sub, list))
big = [float(i) for i in range(2000)]
for i in range(0, 2000, 7):
    big[i] = i
print(sum(big), big[7], big[8], len(big), big[-1])
row = [[0] * 3 for _ in range(2)]
row[0][1] = 5
print(row, [[]] * 2)
matrix = [[0.0] * 2] * 2
matrix[0][0] = 1.5
print(matrix, matrix[0] is matrix[1])
a, *b = [1.0, 2, 3.5]
print(a, b, [*b, a], (*b,), {*b})
x = [1.5]
x *= 3
x += x
x += (1,)
print(x)
