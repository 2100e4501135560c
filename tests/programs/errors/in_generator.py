# An error inside a generator that a for loop drives.
def numbers():
    for n in (2, 1, 0):
        yield 10 // n


def total():
    result = 0
    for n in numbers():
        result += n
    return result


print(total())
