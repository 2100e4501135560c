"""Strings split, joined, formatted and compared."""

EXPECTED = 15558


def kernel():
    words = "the quick brown fox jumps over the lazy dog".split()
    total = 0
    for i in range(1000):
        line = f"{words[i % 9]}-{i}"
        if line.startswith("t"):
            line = line.upper()
        total += len("".join([line, words[(i + 1) % 9], words[(i + 2) % 9]]))
    return total
