def f(a, b, c):
    if a and not b or c is None:
        return 1
    if a < b < 10 and c in (1, 2):
        return 2
    x = a or b and c
    y = a if b != 3 else c
    return (x, y, a < b <= c)
