"""Module doc
    indented
  less
"""
def f():
    """Function
        doc."""
    return 1
def g():
    "only"
