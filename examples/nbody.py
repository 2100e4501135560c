"""The outer planets for a few thousand days: energy must stay the same, or the arithmetic is wrong.

    cargo run --release -- examples/nbody.py [STEPS]
"""

import sys

PI = 3.141592653589793
SOLAR_MASS = 4 * PI * PI
DAYS = 365.24


class Body:
    def __init__(self, name, position, velocity, mass):
        self.name = name
        self.x, self.y, self.z = position
        self.vx, self.vy, self.vz = (v * DAYS for v in velocity)
        self.mass = mass * SOLAR_MASS

    def distance(self, other):
        dx, dy, dz = self.x - other.x, self.y - other.y, self.z - other.z
        return (dx * dx + dy * dy + dz * dz) ** 0.5

    def kinetic_energy(self):
        return 0.5 * self.mass * (self.vx**2 + self.vy**2 + self.vz**2)


def solar_system():
    sun = Body("Sun", (0, 0, 0), (0, 0, 0), 1)
    planets = [
        Body("Jupiter", (4.84143, -1.16032, -0.103622), (0.00166008, 0.00769901, -6.90460e-05), 9.54792e-04),
        Body("Saturn", (8.34337, 4.12480, -0.403523), (-0.00276743, 0.00499853, 2.30417e-05), 2.85886e-04),
        Body("Uranus", (12.8944, -15.1112, -0.223308), (0.00296460, 0.00237847, -2.96590e-05), 4.36624e-05),
        Body("Neptune", (15.3797, -25.9193, 0.179259), (0.00268068, 0.00162824, -9.51592e-05), 5.15139e-05),
    ]
    # The sun moves a little the other way, so that the whole system stays where it is.
    for planet in planets:
        sun.vx -= planet.vx * planet.mass / sun.mass
        sun.vy -= planet.vy * planet.mass / sun.mass
        sun.vz -= planet.vz * planet.mass / sun.mass
    return [sun, *planets]


def pairs(bodies):
    return [(a, b) for i, a in enumerate(bodies) for b in bodies[i + 1 :]]


def energy(bodies):
    kinetic = sum(body.kinetic_energy() for body in bodies)
    return kinetic - sum(a.mass * b.mass / a.distance(b) for a, b in pairs(bodies))


def advance(bodies, step, times):
    couples = pairs(bodies)
    for _ in range(times):
        for a, b in couples:
            dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
            squared = dx * dx + dy * dy + dz * dz
            pull = step / (squared * squared**0.5)
            a.vx -= dx * b.mass * pull
            a.vy -= dy * b.mass * pull
            a.vz -= dz * b.mass * pull
            b.vx += dx * a.mass * pull
            b.vy += dy * a.mass * pull
            b.vz += dz * a.mass * pull
        for body in bodies:
            body.x += step * body.vx
            body.y += step * body.vy
            body.z += step * body.vz


if __name__ == "__main__":
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    bodies = solar_system()
    print(f"energy before: {energy(bodies):.9f}")
    advance(bodies, 0.01, steps)
    print(f"energy after:  {energy(bodies):.9f}")
    for body in bodies:
        print(f"{body.name:>8}  {body.x:9.4f} {body.y:9.4f} {body.z:9.4f}")
