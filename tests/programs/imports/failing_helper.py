# habu: module
def safe(n):
    return explode(n) + 1


def explode(n):
    return 8 // n
