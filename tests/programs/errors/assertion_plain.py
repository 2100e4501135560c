# An assert without a message.
def check(value):
    assert value > 0


check(1)
check(-1)
