# habu: gc=7
# The same trees, small enough for frequent collections.
class Tree:
    def __init__(self, left, right):
        self.left, self.right = left, right


def make(depth):
    return Tree(None, None) if depth == 0 else Tree(make(depth - 1), make(depth - 1))


def check(tree):
    return 1 if tree.left is None else 1 + check(tree.left) + check(tree.right)


print([check(make(depth)) for depth in range(7)])
long_lived = make(6)
for _ in range(10):
    make(4)
print(check(long_lived))
