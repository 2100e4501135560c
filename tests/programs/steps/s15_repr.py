# __repr__, __str__, __eq__, __len__, __add__.
class V:
    def __init__(self, n):
        self.n = n

    def __repr__(self):
        return f"V({self.n})"

    def __str__(self):
        return f"<{self.n}>"

    def __eq__(self, other):
        return self.n == other.n

    def __len__(self):
        return self.n

    def __add__(self, other):
        return V(self.n + other.n)

    def __getitem__(self, i):
        return i * self.n


v = V(3)
print(v, [v], str(v), repr(v), v == V(3), v == V(4), len(v), v + V(1), v[5], f"{v} {v!r}")
