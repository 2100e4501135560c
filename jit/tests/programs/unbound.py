def zero_iterations(items):
    for item in items:
        pass
    return item
bad = []
seen = []
for k in range(400):
    seen.append(k)
    try:
        zero_iterations([1] * (k % 3))
    except UnboundLocalError:
        bad.append(k)
out1 = ([k for k in bad if k % 3], len(bad), seen == list(range(400)))
def g(n):
    r = []
    for k in range(n):
        try:
            zero_iterations([1] * (k % 3))
        except UnboundLocalError:
            r.append(k)
    return [k for k in r if k % 3], len(r)
out = (out1, g(400))
