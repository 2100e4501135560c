"""Method calls that read and write attributes."""

EXPECTED = 10000


class Counter:
    def __init__(self):
        self.count = 0

    def add(self, step):
        self.count += step

    def get(self):
        return self.count


def kernel():
    counter = Counter()
    for i in range(5000):
        counter.add(1)
        if i % 2:
            counter.add(counter.get() - counter.count + 2)
    return counter.get()
