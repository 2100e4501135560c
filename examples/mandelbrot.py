"""Draws the Mandelbrot set in characters.

Everything happens in one hot loop of float arithmetic, which the JIT keeps in registers:

    cargo run --release -- examples/mandelbrot.py
"""

import sys

SHADES = " .,:;-=+*oxO#%@"


def escape_time(cr, ci, limit):
    """How many steps of z -> z*z + c it takes to leave the circle of radius 2."""
    zr = zi = 0.0
    for step in range(limit):
        rr, ii = zr * zr, zi * zi
        if rr + ii > 4.0:
            return step
        zr, zi = rr - ii + cr, 2.0 * zr * zi + ci
    return limit


def draw(width, height, limit):
    for row in range(height):
        ci = (row - height / 2) * 2.4 / height
        line = ""
        for column in range(width):
            cr = column * 3.2 / width - 2.3
            steps = escape_time(cr, ci, limit)
            line += SHADES[-1] if steps == limit else SHADES[steps % (len(SHADES) - 1)]
        print(line.rstrip())


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 78
    draw(size, size * 4 // 10, 200)
