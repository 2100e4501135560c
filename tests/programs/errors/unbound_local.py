# Reading a local before its assignment.
total = 5


def compute():
    result = total * 2
    total = result
    return total


compute()
