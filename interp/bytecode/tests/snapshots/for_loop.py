def f(items):
    total = 0
    for i in items:
        if not i:
            continue
        total += i
    else:
        total = -1
    return total
