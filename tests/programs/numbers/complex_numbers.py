# Complex arithmetic and printing.
z = 3 + 4j
w = 1 - 2j
print(z + w, z - w, z * w, z / w, z ** 2, -z, +z, abs(z), z.real, z.imag, z.conjugate())
print(1j * 1j, 2j ** 2, 1j + 1, 1 + 0j == 1, 0j, -0j, complex(1), complex(1, -1), complex("1+2j"), complex("-j"))
print(z == 3 + 4j, z != w, bool(0j), bool(z), hash(3 + 0j) == hash(3))
print(repr(complex(0.0, -0.0)), complex(float("inf"), float("nan")), 1e20 + 1e-5j)
print(z + 1, 1 + z, z * 2.5, 2.5 * z, z / 2, 10 / z, z - True)
for action in (lambda: z < w, lambda: z // w, lambda: z % w, lambda: int(z), lambda: float(z), lambda: z / 0, lambda: complex("x")):
    try:
        print(action())
    except (TypeError, ZeroDivisionError, ValueError) as error:
        print(type(error).__name__, error)
print(f"{z:.2f}", f"{z}", "%s" % z, [z, w])
