def f():
    if 0:
        g()
    if __debug__:
        h()
    while 0:
        i()
    return 1 if "" else 2
    j()
