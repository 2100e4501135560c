# Sorting: stability, keys, errors, mutation during a sort.
records = [("bob", 3), ("al", 1), ("cy", 3), ("di", 2), ("ed", 1)]
print(sorted(records), sorted(records, key=lambda r: r[1]), sorted(records, key=lambda r: r[1], reverse=True), sorted(records, key=lambda r: (-r[1], r[0])))
seed = 12345
numbers = []
for _ in range(400):
    seed = (seed * 1103515245 + 12345) % 2 ** 31
    numbers.append(seed % 1000 - 500)
ordered = sorted(numbers)
assert all(a <= b for a, b in zip(ordered, ordered[1:]))
assert sorted(ordered) == ordered and sorted(ordered, reverse=True) == ordered[::-1]
print(ordered[:10], ordered[-5:], sum(ordered) == sum(numbers))
pairs = [(n % 10, i) for i, n in enumerate(numbers)]
pairs.sort(key=lambda p: p[0])
print(all(a[0] < b[0] or a[1] < b[1] for a, b in zip(pairs, pairs[1:])), pairs[:5])
pairs.sort(key=lambda p: p[0], reverse=True)
print(all(a[0] > b[0] or a[1] < b[1] for a, b in zip(pairs, pairs[1:])), pairs[:3])
mixed = [3, 1.5, True, -2, 0.0, 10 ** 20, 2]
print(sorted(mixed), sorted("bca"), sorted(["b", "a", "é", "B", ""]), sorted([(1, "b"), (1, "a"), (0, "z")]), sorted({3: 1, 1: 2}), sorted([[2], [1, 5], []]))


class Item:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        return self.n < other.n

    def __repr__(self):
        return f"I{self.n}"


items = [Item(n) for n in (3, 1, 2)]
print(sorted(items), max(items, key=lambda i: i.n), sorted(items, reverse=True))
items.sort()
print(items)
calls = []
print(sorted([3, 1, 2], key=lambda n: calls.append(n) or -n), calls)
try:
    sorted([1, "a", 2])
except TypeError as error:
    print(error)
try:
    sorted([3, 1, 2], key=lambda n: 1 / (n - 1))
except ZeroDivisionError as error:
    print(error)
victim = [3, 1, 2]
try:
    victim.sort(key=lambda n: victim.append(n))
except (ValueError, TypeError) as error:
    print(type(error).__name__, error)
print(len(victim) >= 3)
def quicksort(values):
    if len(values) <= 1:
        return values
    pivot = values[len(values) // 2]
    return quicksort([v for v in values if v < pivot]) + [v for v in values if v == pivot] + quicksort([v for v in values if v > pivot])
def merge_sort(values):
    if len(values) < 2:
        return list(values)
    middle = len(values) // 2
    left, right = merge_sort(values[:middle]), merge_sort(values[middle:])
    merged, i, j = [], 0, 0
    while i < len(left) and j < len(right):
        if left[i] <= right[j]:
            merged.append(left[i]); i += 1
        else:
            merged.append(right[j]); j += 1
    return merged + left[i:] + right[j:]
def heap_sort(values):
    heap = list(values)
    def sift(start, end):
        root = start
        while (child := 2 * root + 1) < end:
            if child + 1 < end and heap[child] < heap[child + 1]:
                child += 1
            if heap[root] >= heap[child]:
                return
            heap[root], heap[child] = heap[child], heap[root]
            root = child
    for start in range(len(heap) // 2, -1, -1):
        sift(start, len(heap))
    for end in range(len(heap) - 1, 0, -1):
        heap[0], heap[end] = heap[end], heap[0]
        sift(0, end)
    return heap
print(quicksort(numbers) == ordered, merge_sort(numbers) == ordered, heap_sort(numbers) == ordered)
