# habu: module
import cycle_a

name = "b"


def call():
    return name + cycle_a.name
