# Memory of picklers and unpicklers is used again: one pickle must not be seen in the next.
import io
import pickle
import random


class Nested:
    """Pickles something else while it is pickled itself."""

    def __init__(self, inner):
        self.inner = inner

    def __reduce__(self):
        return (pickle.loads, (pickle.dumps(self.inner),))


class Failing:
    def __reduce__(self):
        raise ValueError("not me")


shared = ["shared"]
for proto in range(pickle.HIGHEST_PROTOCOL + 1):
    value = {"a": shared, "b": (shared, shared), "c": Nested([shared, shared]), ("k", 1): "a"}
    data = pickle.dumps(value, proto)
    again = pickle.loads(data)
    print(proto, again, again["a"] is again["b"][0], again["c"][0] is again["c"][1], again["c"][0] is again["a"])
    try:
        pickle.dumps([shared, Failing(), shared], proto)
    except ValueError as e:
        print(e, e.__notes__)
    print(pickle.dumps(value, proto) == data, pickle.dumps(shared, proto) == pickle.dumps(["shared"], proto))

print("-- many")
rng = random.Random(3)
names = [f"name {n}" for n in range(9000)]
picked = [rng.choice(names) for _ in range(10_000)]
for value in (picked, {n: [n] for n in names}, set(names), tuple(names), [(n, n) for n in names[:3000]]):
    for proto in (2, 5):
        data = pickle.dumps(value, proto)
        assert pickle.loads(data) == value
    print(type(value).__name__, len(data), len(pickle.dumps(value, 2)), len(pickle.dumps([], 5)))
one = pickle.loads(pickle.dumps(picked))
print(len(set(map(id, one))) == len(set(picked)))

print("-- a pickler's own memo")
out = io.BytesIO()
pickler = pickle.Pickler(out, 4)
pickler.dump(shared)
first = out.tell()
pickler.dump(shared)
print(first, out.tell() - first, sorted(n for n, _ in pickler.memo.copy().values()))
pickler.clear_memo()
pickler.dump(shared)
print(out.tell(), pickler.memo.copy() != {})
out.seek(0)
unpickler = pickle.Unpickler(out)
print(unpickler.load() is unpickler.load(), unpickler.load())

print("-- what is on the stack")
for data in (
    b"(K\x01K\x02t.",
    b"](K\x01K\x02e.",
    b"}(K\x01K\x02K\x03K\x04u.",
    b"\x8f(K\x01K\x01K\x02\x90.",
    b"(lK\x01a.",
    b"(K\x01u.",
    b"](K\x01(e.",
    b"(e.",
    b"e.",
    b"}(K\x01u.",
    b"}(]K\x01u.",
    b"((K\x01K\x02lt.",
):
    try:
        print(data, pickle.loads(data))
    except Exception as e:
        print(data, type(e).__name__, e)
