# With little address space left, what does not fit raises MemoryError; no builder of text or bytes ends the program.
import io
import resource

LEFT, SIZE = 64 << 20, 300_000_000
with open("/proc/self/statm") as f:
    used = int(f.read().split()[0]) * resource.getpagesize()
soft, hard = resource.getrlimit(resource.RLIMIT_AS)
resource.setrlimit(resource.RLIMIT_AS, (used + LEFT, hard))

CASES = [
    lambda: "a\tb".expandtabs(SIZE),
    lambda: b"a\tb".expandtabs(SIZE),
    lambda: "%.*d" % (SIZE, 1),
    lambda: b"%*s" % (SIZE, b"a"),
    lambda: b"%.*f" % (SIZE, 1.5),
    lambda: format(1, f"0{SIZE}"),
    lambda: format(1, f"0{SIZE},"),
    lambda: format(1.5, f".{SIZE}f"),
    lambda: format(1.5, f".{SIZE}e"),
    lambda: format(1.5, f".{SIZE}%"),
    lambda: format(1j, f".{SIZE}f"),
    lambda: format(10**30, f".{SIZE}f"),
    lambda: f"{1.5:.{SIZE}f}",
    lambda: "{:.{}f}".format(1.5, SIZE),
    lambda: io.BufferedReader(io.BytesIO(b"abc")).read(SIZE),
    lambda: "x" * SIZE,
    lambda: b"x" * SIZE,
    lambda: bytes(SIZE),
    lambda: bytearray(SIZE),
    lambda: [0] * SIZE,
]
results = []
for case in CASES:
    try:
        results.append(len(case()))
    except MemoryError:
        results.append("MemoryError")
resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
for number, result in enumerate(results):
    print(number, result)
