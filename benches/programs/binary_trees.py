"""Builds and drops binary trees of class instances; one of full depth stays alive meanwhile."""
import sys
import time


class Node:
    def __init__(self, left, right):
        self.left = left
        self.right = right

    def count(self):
        if self.left is None:
            return 1
        return 1 + self.left.count() + self.right.count()


def build(depth):
    if depth == 0:
        return Node(None, None)
    return Node(build(depth - 1), build(depth - 1))


def main(depth):
    start = time.process_time()
    kept = build(depth)
    nodes = 0
    for small in range(4, depth + 1, 4):
        for _ in range(1 << (depth - small)):
            nodes += build(small).count()
    assert kept.count() == 2 ** (depth + 1) - 1
    print(f"binary_trees {depth}: {nodes} nodes, {time.process_time() - start:.3f} s")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 16)
