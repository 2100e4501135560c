# n-body and spectral norm, small.
def advance(bodies, dt, n):
    pairs = [(bodies[i], bodies[j]) for i in range(len(bodies)) for j in range(i)]
    for _ in range(n):
        for (p1, v1, m1), (p2, v2, m2) in pairs:
            dx, dy, dz = p1[0] - p2[0], p1[1] - p2[1], p1[2] - p2[2]
            mag = dt * ((dx * dx + dy * dy + dz * dz) ** -1.5)
            b1, b2 = m1 * mag, m2 * mag
            v1[0] -= dx * b2
            v1[1] -= dy * b2
            v1[2] -= dz * b2
            v2[0] += dx * b1
            v2[1] += dy * b1
            v2[2] += dz * b1
        for p, v, m in bodies:
            p[0] += dt * v[0]
            p[1] += dt * v[1]
            p[2] += dt * v[2]


def energy(bodies):
    e = 0.0
    for i, (p, v, m) in enumerate(bodies):
        e += 0.5 * m * (v[0] * v[0] + v[1] * v[1] + v[2] * v[2])
        for q, _, k in bodies[i + 1 :]:
            d = sum((a - b) ** 2 for a, b in zip(p, q)) ** 0.5
            e -= m * k / d
    return e


bodies = [([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], 39.5), ([4.8, -1.2, -0.1], [0.6, 2.8, -0.02], 0.037), ([8.3, 4.1, -0.4], [-1.0, 1.8, 0.008], 0.011), ([12.9, -15.1, -0.2], [1.1, 0.9, -0.01], 0.0017)]
print(f"{energy(bodies):.9f}")
advance(bodies, 0.01, 600)
print(f"{energy(bodies):.9f}")


def A(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(v, transposed):
    n = len(v)
    out = []
    for i in range(n):
        s = 0.0
        for j in range(n):
            s += (A(j, i) if transposed else A(i, j)) * v[j]
        out.append(s)
    return out


u = [1.0] * 24
for _ in range(6):
    v = times(times(u, False), True)
    u = times(times(v, False), True)
vbv = sum(a * b for a, b in zip(u, v))
vv = sum(b * b for b in v)
print(f"{(vbv / vv) ** 0.5:.9f}")
