# Filling and emptying from the end again and again: searches for what is missing must end.


class Key:
    def __init__(self, text):
        self.text = text

    def __hash__(self):
        return hash(self.text)

    def __eq__(self, other):
        return self.text == other.text


def churn(make, rounds, width):
    d = {}
    for i in range(rounds):
        for k in range(width):
            d[make(i * width + k)] = k
        assert make(-1) not in d and len(d) == width
        for _ in range(width):
            d.popitem()
        assert make(-2) not in d and not d
    d[make(0)] = 'kept'
    return list(d.values()), len(d)


print(churn(int, 500, 4), churn(str, 500, 3), churn(lambda n: Key(str(n)), 300, 5), churn(float, 20, 100))
stack = dict.fromkeys('abcdefgh', 0)
for i in range(1000):
    stack[i] = i
    assert stack.popitem() == (i, i)
    assert i not in stack and 'z' not in stack
print(stack, stack.copy() == stack, list(reversed(stack)))
copied = stack.copy()
for i in range(100):
    copied[i, i] = i
    del copied[i, i]
    copied['last'] = i
    copied.popitem()
print(copied, copied.popitem(), 'last' in copied)


class Node:
    pass


node = Node()
for i in range(300):
    setattr(node, f'a{i}', i)
    assert node.__dict__.popitem() == (f'a{i}', i)
    assert not hasattr(node, 'missing')
print(vars(node))
