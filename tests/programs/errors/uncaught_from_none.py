# `raise ... from None` hides the context.
def lookup(table, key):
    try:
        return table[key]
    except KeyError:
        raise LookupError("nothing there") from None


lookup({}, "x")
