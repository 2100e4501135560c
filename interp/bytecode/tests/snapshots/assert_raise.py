def f(x):
    assert x > 1, "small"
    raise ValueError(x)
    dead()
