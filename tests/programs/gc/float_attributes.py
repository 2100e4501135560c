"""Float attributes of objects with many attributes: their bits may look like references."""
import gc
import os


class Point:
    pass


def spell(bits):
    return float.fromhex("0x1." + f"{bits & (1 << 52) - 1:013x}" + f"p{(bits >> 52 & 0x7ff) - 1023}")


# Each looks like a pointer to somewhere.
odd = [spell(0x41DAC0D9E2090341 + 8 * i) for i in range(24)]
points = []
for i in range(50):
    p = Point()
    for j, f in enumerate(odd):
        setattr(p, f"x{j}", f + 0.0)
    points.append(p)
    if i % 10 == 0:
        gc.collect()
gc.collect()
print(all(getattr(p, f"x{j}") == f for p in points for j, f in enumerate(odd)))

stats = [os.stat(".") for _ in range(20)]
gc.collect()
print(all(s.st_mtime == stats[0].st_mtime for s in stats))
