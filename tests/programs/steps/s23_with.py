# with.
class CM:
    def __enter__(self):
        print("enter")
        return 5

    def __exit__(self, kind, value, traceback):
        print("exit", kind is None)
        return True


with CM() as x:
    print(x)
with CM():
    raise ValueError("swallowed")
print("after")
