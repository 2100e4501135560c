# habu: gc=20011
# MemoryError is raised from an instance made at start: it must survive collections.
def attempt():
    try:
        1 << 10**12
    except MemoryError as e:
        return type(e).__name__, e.args, str(e)


for turn in range(3):
    print(attempt())
    junk = []
    for i in range(60000):
        junk.append((i, str(i), [i]))
    print(len(junk))
