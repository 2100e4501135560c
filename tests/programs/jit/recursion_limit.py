# Recursion to the limit in hot functions, caught and continued.
import sys


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


for _ in range(300):
    depth(50)
print(depth(900))


def infinite(n):
    return infinite(n + 1)


def probe():
    try:
        infinite(0)
    except RecursionError as error:
        return str(error)


print(probe(), probe())
caught = 0
for i in range(20):
    try:
        infinite(i)
    except RecursionError:
        caught += 1
    depth(100)
print(caught)


def count_down(n):
    try:
        return count_down(n + 1)
    except RecursionError:
        return n


print(count_down(0) > 500)


def even(n):
    return n == 0 or odd(n - 1)


def odd(n):
    return n != 0 and even(n - 1)


for i in range(500):
    even(i % 60)
print(even(800), odd(801))
old = sys.getrecursionlimit()
print(old)
sys.setrecursionlimit(5000)
print(depth(4000))
sys.setrecursionlimit(old)
try:
    depth(4000)
except RecursionError as error:
    print(error)


class Node:
    def __init__(self, child):
        self.child = child

    def total(self):
        return 1 + (self.child.total() if self.child else 0)


chain = None
for _ in range(700):
    chain = Node(chain)
for _ in range(30):
    t = chain.total()
print(t)
try:
    sys.setrecursionlimit(0)
except ValueError as error:
    print(error)
