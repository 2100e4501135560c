# habu: slow
# Binary trees, built and dropped at several depths.
class Tree:
    def __init__(self, left, right):
        self.left, self.right = left, right


def make(depth):
    return Tree(None, None) if depth == 0 else Tree(make(depth - 1), make(depth - 1))


def check(tree):
    return 1 if tree.left is None else 1 + check(tree.left) + check(tree.right)


def tuple_tree(depth):
    return (None, None) if depth == 0 else (tuple_tree(depth - 1), tuple_tree(depth - 1))


def tuple_check(tree):
    left, right = tree
    return 1 if left is None else 1 + tuple_check(left) + tuple_check(right)


longest = make(12)
for depth in range(4, 13, 4):
    count = 1 << (12 - depth + 3)
    print(depth, count, sum(check(make(depth)) for _ in range(count)))
print(check(longest), tuple_check(tuple_tree(12)))
