# A decorator.
def twice(f):
    def wrapper(*args):
        return f(f(*args))

    return wrapper


@twice
def inc(x):
    return x + 1


print(inc(5))
