def f(p):
    try:
        del p
    except NameError:
        pass
    return p
