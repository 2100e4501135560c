"""A hot loop whose operand types change in the middle of each call: the price of leaving native code."""

EXPECTED = True


def kernel():
    total = 0
    for i in range(10000):
        if i == 5000:
            total = float(total)
        total = total + i
    return total == 49995000.0
