# Defaults, keywords, *args and **kwargs.
def f(a, b=2, *args, c=3, **kwargs):
    print(a, b, args, c, kwargs)


f(1)
f(1, 5)
f(1, 5, 6, 7)
f(1, c=9, d=10)
f(b=1, a=2)
f(*[1, 2, 3], **{"c": 4, "z": 5})
