# A hot frame up the stack is invalidated by what it calls, and must go on correctly.
class Config:
    scale = 1


def read():
    return Config.scale


def deep(n, change):
    if n == 0:
        if change:
            change()
        return read()
    return deep(n - 1, change) + read()


def to_ten():
    Config.scale = 10


def to_float():
    Config.scale = 0.5


for _ in range(300):
    deep(20, None)
print(deep(20, None), deep(20, to_ten), deep(20, to_float), deep(20, None))


def helper():
    return 1


def rebind():
    global helper
    helper = lambda: 100


def hot_caller(n):
    before = 0
    local = [1, 2, 3]
    text = "kept"
    for i in range(n):
        before += helper()
        if i == n - 3:
            rebind()
        before += helper()
    return before, local, text, i


print(hot_caller(6000))


class Stack:
    def push(self, v):
        return v

    def go(self, n, event):
        total = 0
        for i in range(n):
            total += self.push(i)
            if i == event:
                self.replace()
            total += self.push(1)
        return total

    def replace(self):
        Stack.push = Stack.other

    def other(self, v):
        return -v


s = Stack()
print(s.go(5000, None), s.go(5000, 4000), s.go(100, None))


def callback_outer(n, f):
    acc = []
    x = 0.5
    for i in range(n):
        x = x + f(i)
        if i > n - 4:
            acc.append(x)
    return acc


state = 1


def callback(i):
    global state
    if i == 4997:
        state = "now a string"
    return i if state == 1 else len(state)


print(callback_outer(5000, callback))


def recursive_invalidate(n):
    global depth_value
    a = n * 2
    if n == 0:
        depth_value = depth_value + 1000
        return depth_value
    r = recursive_invalidate(n - 1)
    return r + a + depth_value


depth_value = 1
for _ in range(200):
    depth_value = 1
    r = recursive_invalidate(15)
print(r, depth_value)
