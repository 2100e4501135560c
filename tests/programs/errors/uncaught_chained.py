# `raise from`: two tracebacks and the sentence between them.
def load(key):
    try:
        return {"a": 1}[key]
    except KeyError as error:
        raise ValueError(f"no setting {key!r}") from error


load("b")
