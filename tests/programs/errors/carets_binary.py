# The operator is marked in a failing binary operation.
def mix(left, right):
    return (left * 2) + (right - 1) * len(left) + left


print(mix([1], 2)) if False else None
mix("ab", 3)
