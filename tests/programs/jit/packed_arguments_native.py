# *args and **kwargs that are packed and unpacked in one native unit, and those that somebody else sees.
import sys


def plain(a, b=2, c=3):
    return a, b, c


def forward(*args, **options):
    return plain(*args, **options)


def count(*args, **options):
    return len(args) + options.get("extra", 0) + options.get("none", 7) + (options.get("extra") or 0)


def changed(*args, **options):
    options["c"] = 40
    args += (5,)
    return plain(*args, **options)


def alias(*args, **options):
    other = options
    other["b"] = "through another name"
    return plain(*args, **options)


def spoil(options):
    options.pop("c", None)


def spoiled(*args, **options):
    spoil(options)
    return plain(*args, **options)


def branchy(flag, **options):
    if flag:
        options["b"] = "flag"
    return plain(1, **options), len(options), sorted(options)


def kept(*args, **options):
    return args, options


def watched(*args, **options):
    look()
    return plain(*args, **options), options.get("c", "none")


def look():
    frame = sys._getframe(1)
    seen.append((frame.f_locals["args"], dict(frame.f_locals["options"])))
    if len(seen) % 1000 == 0:
        frame.f_locals["options"]["c"] = "looked"


seen = []


def run(n):
    out = []
    for i in range(n):
        out = [forward(i), forward(i, b=1), forward(i, 1, c=9), count(i, i), count(i, extra=5), changed(i), alias(i),
               spoiled(i, c=1), branchy(i % 2, c=1), kept(i, x=i), kept(), watched(i, c=2)]
    return out


for line in run(3000):
    print(line)
print(len(seen), seen[-1])
for call in (lambda: forward(), lambda: forward(1, 2, 3, 4), lambda: forward(1, a=2), lambda: forward(1, zzz=2)):
    try:
        print(call())
    except TypeError as e:
        print(e)


def overflow(*args, **options):
    total = args[0] + options.get("k", 1)
    return total, args, options


for i in range(3000):
    overflow(i, k=2)
print(overflow(2**61 - 1, k=2**61 - 1), overflow("a", k="b"), overflow(1.5))

plain.__defaults__ = ("new", "defaults")
print(forward(1), forward(1, c=2))
rebound = plain
plain = lambda *a, **k: ("rebound", a, k)
print(forward(1), forward(1, c=2))
plain = rebound


def tuples(n):
    last = None
    for i in range(n):
        t = (i, "x", i * 0.5, last and last[0])
        if t[0] % 1000 == 999:
            last = t
    return last, t


print(tuples(4000))
