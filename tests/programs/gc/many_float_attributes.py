# Objects with more attributes than have room in the object itself, floats among them whose bits look like references.
import gc


class Many:
    pass


def fill(o, n):
    for i in range(n):
        setattr(o, f"f{i}", float.fromhex("0x1.0000000000001p0") * (1 << (i % 40)))
    return o


def total(o, n):
    return sum(getattr(o, f"f{i}") for i in range(n))


kept = [fill(Many(), 40) for _ in range(20)]
gc.collect()
for o in kept:
    o.f30 = "text"
    o.f31 = 2.5
    o.f1 = None
    o.f1 = 1.5
    o.late = [o.f31]
gc.collect()
print(total(fill(Many(), 30), 30))
print([(o.f0, o.f1, o.f30, o.f31, o.late) for o in kept[:2]])
print(len(kept[0].__dict__), kept[5].f39 == kept[6].f39)
