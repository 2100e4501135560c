"""Floating point in a range loop: the logistic map."""

EXPECTED = True


def kernel():
    x = 0.25
    total = 0.0
    for _ in range(20000):
        x = 3.7 * x * (1.0 - x)
        total += x
    return 10000.0 < total < 16000.0
