"""Dictionary reads and writes with string keys."""

EXPECTED = 10000
KEYS = [f"key{i}" for i in range(50)]


def kernel():
    counts = {}
    for _ in range(200):
        for key in KEYS:
            counts[key] = counts.get(key, 0) + 1
    return sum(counts.values())
