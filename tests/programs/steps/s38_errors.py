# The commonest errors, caught, with their texts.
def try_it(f):
    try:
        print(f())
    except Exception as error:
        print(type(error).__name__, error)


try_it(lambda: 1 / 0)
try_it(lambda: [1][5])
try_it(lambda: {}["k"])
try_it(lambda: "a" + 1)
try_it(lambda: None.x)
try_it(lambda: undefined)
try_it(lambda: int("x"))
try_it(lambda: len(5))
try_it(lambda: (lambda a: a)())
try_it(lambda: [] < 1)
try_it(lambda: next(iter([])))
