# Methods of builtin types whose instances may get a dict: inline in hot code, until an instance gets an attribute of that name.
import io
from collections import deque


def read_all(f, n):
    total = 0
    for _ in range(n):
        data = f.read(2)
        if not data:
            f.seek(0)
            continue
        total += len(data)
        assert isinstance(data, (bytes, bytearray))
    return total


source = io.BytesIO(b"some bytes that are read again and again")
print([read_all(source, 3000) for _ in range(4)])
source.name = "has a dict now"
print(read_all(source, 3000))
source.read = lambda n: b"xyz"
print(read_all(source, 3000))
del source.read
print(read_all(source, 3000))


class Loud(io.BytesIO):
    def read(self, n):
        return b"!" * n


print(read_all(Loud(), 3000), read_all(io.BytesIO(b"abc"), 3000))
try:
    read_all([], 1)
except AttributeError as e:
    print(e)


def turn(d, n):
    for i in range(n):
        d.append(i)
        d.rotate(1)
        d.popleft()
    return list(d)


print(turn(deque([1, 2, 3]), 4000), turn(deque([1], 2), 4000))


def truths(values, n):
    count = 0
    for i in range(n):
        for v in values:
            if v:
                count += 1
            if not v:
                count += 100
    return count


class Empty:
    def __len__(self):
        return 0


print(truths((b"", b"x", bytearray(), bytearray(b"x"), (), [], {}, "a", Empty(), object(), 0.0, None), 800))
