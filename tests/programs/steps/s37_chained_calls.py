# Method chains, attributes of results, calls of calls.
class Builder:
    def __init__(self):
        self.parts = []

    def add(self, part):
        self.parts.append(part)
        return self

    def build(self):
        return " ".join(self.parts)


print(Builder().add("a").add("b").add("c").build().upper().split()[1].lower())


def outer():
    return lambda: [lambda x: x * 2]


print(outer()()[0](21))
