# habu: module
"""A module with state."""
counter = 0


def bump():
    global counter
    counter += 1
    return counter


def add(a, b):
    return a + b
