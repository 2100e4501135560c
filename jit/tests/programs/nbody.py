class Body:
    def __init__(self, x, y, z, vx, vy, vz, m):
        self.x = x; self.y = y; self.z = z
        self.vx = vx; self.vy = vy; self.vz = vz
        self.m = m
def advance(bodies, dt, n):
    for _ in range(n):
        for i in range(len(bodies)):
            a = bodies[i]
            for j in range(i + 1, len(bodies)):
                b = bodies[j]
                dx = a.x - b.x
                dy = a.y - b.y
                dz = a.z - b.z
                mag = dt / ((dx * dx + dy * dy + dz * dz) ** 1.5)
                bm = b.m * mag
                am = a.m * mag
                a.vx -= dx * bm
                a.vy -= dy * bm
                a.vz -= dz * bm
                b.vx += dx * am
                b.vy += dy * am
                b.vz += dz * am
        for a in bodies:
            a.x += dt * a.vx
            a.y += dt * a.vy
            a.z += dt * a.vz
def energy(bodies):
    e = 0.0
    for b in bodies:
        e += 0.5 * b.m * (b.vx * b.vx + b.vy * b.vy + b.vz * b.vz)
    return e
bs = [Body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 39.47),
      Body(4.84, -1.16, -0.10, 0.6, 2.8, -0.02, 0.037),
      Body(8.34, 4.12, -0.4, -1.01, 1.82, 0.008, 0.011),
      Body(12.89, -15.11, -0.22, 1.08, 0.86, -0.01, 0.0017),
      Body(15.37, -25.9, 0.179, 0.979, 0.594, -0.034, 0.002)]
advance(bs, 0.01, 300)
out = energy(bs)
