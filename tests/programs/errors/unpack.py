# Wrong number of values to unpack.
def pair():
    return 1, 2, 3


left, right = pair()
