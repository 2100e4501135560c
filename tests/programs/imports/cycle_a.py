# habu: module
import cycle_b

name = "a"


def call():
    return cycle_b.call() + name
