# An exception through several frames, and one that is not caught by the first handler.
class MyError(Exception):
    pass


def c():
    raise MyError("deep")


def b():
    try:
        c()
    except KeyError:
        print("wrong handler")


def a():
    try:
        b()
    except MyError as error:
        return f"got {error}"


print(a())
