print("never printed, because the whole file is compiled first")
def f(:
    pass
