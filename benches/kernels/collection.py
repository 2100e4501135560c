"""A full collection of a heap with live structure in it."""

import gc

EXPECTED = 20000
LIVE = [[i, (i,), {i: i}] for i in range(20000)]


def kernel():
    gc.collect()
    return len(LIVE)
