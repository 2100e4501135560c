# Inheritance and super.
class A:
    kind = "a"

    def __init__(self, v):
        self.v = v

    def get(self):
        return self.v


class B(A):
    kind = "b"

    def __init__(self, v):
        super().__init__(v * 2)

    def get(self):
        return super().get() + 1


print(A(5).get(), B(5).get(), A.kind, B(1).kind, isinstance(B(1), A), issubclass(B, A))
