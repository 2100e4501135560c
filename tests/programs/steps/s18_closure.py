# Closures and nonlocal.
def counter():
    n = 0

    def step():
        nonlocal n
        n += 1
        return n

    return step


one, two = counter(), counter()
print(one(), one(), two(), one())
print([f(10) for f in [lambda x, k=k: x + k for k in range(3)]])
