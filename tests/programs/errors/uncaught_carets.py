# Where the carets go: calls, operators, subscripts, attributes over several lines.
class A:
    value = None


def show(action):
    try:
        action()
    except Exception as error:
        last = error.__traceback__
        while last.tb_next:
            last = last.tb_next
        print(type(error).__name__, error, last.tb_lineno)


a = A()
show(lambda: a.value.missing)
show(lambda: a.value[0])
result = (
    a.value
    + 1
)
