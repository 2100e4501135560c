def f(o, i):
    o.x = o.y
    o.x += 1
    o[i] = o[1]
    o[i] += 2
    o[1:i] = o[:]
    o[i:2] += [1]
    o[::2] = o[1:2:i]
    del o.x, o[i], o[1:2]
