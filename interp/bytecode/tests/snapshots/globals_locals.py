g = 1
def f(p):
    global g
    g = p
    if p:
        v = 1
    print(v)
    del v
    return v
