# Heap, queue, union-find, linked list and binary search in hot loops.
class Node:
    def __init__(self, value, next=None):
        self.value, self.next = value, next


def linked(n):
    head = None
    for i in range(n):
        head = Node(i, head)
    total, node = 0, head
    while node is not None:
        total = (total * 3 + node.value) % 1000003
        node = node.next
    previous = None
    while head:
        head.next, previous, head = previous, head, head.next
    return total, previous.value, previous.next.value


print(linked(5000))


class Heap:
    def __init__(self):
        self.items = []

    def push(self, x):
        items = self.items
        items.append(x)
        i = len(items) - 1
        while i and items[(i - 1) // 2] > items[i]:
            parent = (i - 1) // 2
            items[i], items[parent] = items[parent], items[i]
            i = parent

    def pop(self):
        items = self.items
        top, last = items[0], items.pop()
        if items:
            items[0] = last
            i = 0
            while (child := 2 * i + 1) < len(items):
                if child + 1 < len(items) and items[child + 1] < items[child]:
                    child += 1
                if items[i] <= items[child]:
                    break
                items[i], items[child] = items[child], items[i]
                i = child
        return top


heap = Heap()
seed = 1
for _ in range(1500):
    seed = seed * 16807 % 2147483647
    heap.push(seed)
out = [heap.pop() for _ in range(1500)]
print(out == sorted(out), out[:3])


class UnionFind:
    def __init__(self, n):
        self.parent = list(range(n))
        self.count = n

    def find(self, x):
        while self.parent[x] != x:
            self.parent[x] = self.parent[self.parent[x]]
            x = self.parent[x]
        return x

    def union(self, a, b):
        a, b = self.find(a), self.find(b)
        if a != b:
            self.parent[a] = b
            self.count -= 1


uf = UnionFind(2000)
for i in range(1900):
    uf.union(i, (i * 7 + 3) % 2000)
print(uf.count, uf.find(5) == uf.find((5 * 7 + 3) % 2000))


def search(items, x):
    low, high = 0, len(items)
    while low < high:
        mid = (low + high) // 2
        if items[mid] < x:
            low = mid + 1
        else:
            high = mid
    return low


items = [i * 3 for i in range(1000)]
print(sum(search(items, x) for x in range(3000)))


def dijkstra(n):
    graph = {i: [((i * 3 + 1) % n, i % 7 + 1), ((i * 5 + 2) % n, i % 11 + 1)] for i in range(n)}
    distance, queue = {0: 0}, Heap()
    queue.push((0, 0))
    while queue.items:
        d, node = queue.pop()
        if d > distance[node]:
            continue
        for neighbour, weight in graph[node]:
            candidate = d + weight
            if candidate < distance.get(neighbour, 1 << 60):
                distance[neighbour] = candidate
                queue.push((candidate, neighbour))
    return len(distance), sum(distance.values())


print(dijkstra(500))


def knapsack(weights, values, capacity):
    best = [0] * (capacity + 1)
    for w, v in zip(weights, values):
        for c in range(capacity, w - 1, -1):
            if best[c - w] + v > best[c]:
                best[c] = best[c - w] + v
    return best[capacity]


print(knapsack([3, 4, 5, 9, 14, 7], [3, 4, 4, 10, 15, 8], 600))


def life(cells, steps):
    for _ in range(steps):
        counts = {}
        for x, y in cells:
            for dx in (-1, 0, 1):
                for dy in (-1, 0, 1):
                    if dx or dy:
                        key = (x + dx, y + dy)
                        counts[key] = counts.get(key, 0) + 1
        cells = {c for c, k in counts.items() if k == 3 or (k == 2 and c in cells)}
    return sorted(cells)


print(life({(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)}, 40))
