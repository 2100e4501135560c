# Lists that grow, shrink and change their kind of elements while being iterated hot.
def drain(items):
    seen = 0
    for x in items:
        seen += x
        if len(items) > 5 and x % 3 == 0:
            items.pop()
    return seen, len(items)


print(drain(list(range(9000))))


def extend(limit):
    items = [1, 2, 3]
    total = 0
    for x in items:
        total += x
        if len(items) < limit:
            items.append(x + 1)
    return total, len(items)


print(extend(6000))


def change_kind(n):
    items = list(range(n))
    total = 0
    for i in range(len(items)):
        if i == n // 2:
            items[i + 1] = 0.5
        if i == n // 2 + 500:
            items[i + 1] = "7"
        v = items[i]
        total += int(v) if isinstance(v, str) else v
    return total


print(change_kind(8000))


def index_error(items):
    i = 0
    total = 0
    try:
        while True:
            total += items[i]
            i += 1
    except IndexError as error:
        return i, total, str(error)


print(index_error(list(range(7000))), index_error([0.5] * 7000), index_error([]))


def negative(items, n):
    t = 0
    for i in range(n):
        t += items[-(i % len(items)) - 1]
        items[i % 3 - 1] = i
    return t


print(negative([1, 2, 3, 4], 6000))


def clear_inside(n):
    items = list(range(n))
    count = 0
    for x in items:
        count += 1
        if count == 3000:
            items.clear()
    return count, items


print(clear_inside(8000))


def swap(items, n):
    for i in range(n):
        a, b = i % len(items), (i * 7) % len(items)
        items[a], items[b] = items[b], items[a]
    return items


print(swap(list(range(11)), 9000))


def nested_store(n):
    grid = [[0] * 5 for _ in range(5)]
    for i in range(n):
        grid[i % 5][(i // 5) % 5] += i
    return grid


print(nested_store(7000))
big = [0] * 10
for i in range(9000):
    big[i % 10] = big[(i + 1) % 10] + (1 << 58)
print(big)
