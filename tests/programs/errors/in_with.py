# An error inside a with block: __exit__ sees it and lets it pass.
class Guard:
    def __enter__(self):
        print("enter")
        return self

    def __exit__(self, kind, value, traceback):
        print("exit", kind.__name__, value)


with Guard() as guard:
    print("inside")
    assert guard is None, "guard is not None"
