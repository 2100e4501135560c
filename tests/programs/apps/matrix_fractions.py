# Exact linear algebra over a user-made fraction class.
class Fraction:
    __slots__ = ("n", "d")

    def __init__(self, n, d=1):
        if d == 0:
            raise ZeroDivisionError(f"Fraction({n}, 0)")
        a, b = n, d
        while b:
            a, b = b, a % b
        if d < 0:
            a = -abs(a)
        else:
            a = abs(a)
        self.n, self.d = n // a, d // a

    def _of(x):
        return x if isinstance(x, Fraction) else Fraction(x)

    def __add__(self, o):
        o = Fraction._of(o)
        return Fraction(self.n * o.d + o.n * self.d, self.d * o.d)

    __radd__ = __add__

    def __sub__(self, o):
        return self + -Fraction._of(o)

    def __mul__(self, o):
        o = Fraction._of(o)
        return Fraction(self.n * o.n, self.d * o.d)

    __rmul__ = __mul__

    def __truediv__(self, o):
        o = Fraction._of(o)
        return Fraction(self.n * o.d, self.d * o.n)

    def __neg__(self):
        return Fraction(-self.n, self.d)

    def __eq__(self, o):
        o = Fraction._of(o)
        return (self.n, self.d) == (o.n, o.d)

    def __bool__(self):
        return self.n != 0

    def __repr__(self):
        return f"{self.n}" if self.d == 1 else f"{self.n}/{self.d}"


def inverse(matrix):
    n = len(matrix)
    rows = [[Fraction(x) for x in row] + [Fraction(int(i == j)) for j in range(n)] for i, row in enumerate(matrix)]
    for c in range(n):
        pivot = next((r for r in range(c, n) if rows[r][c]), None)
        if pivot is None:
            raise ValueError("singular")
        rows[c], rows[pivot] = rows[pivot], rows[c]
        scale = rows[c][c]
        rows[c] = [x / scale for x in rows[c]]
        for r in range(n):
            if r != c and rows[r][c]:
                k = rows[r][c]
                rows[r] = [x - k * y for x, y in zip(rows[r], rows[c])]
    return [row[n:] for row in rows]


def multiply(a, b):
    return [[sum((x * y for x, y in zip(row, column)), Fraction(0)) for column in zip(*b)] for row in a]


print(Fraction(6, -4), Fraction(1, 3) + Fraction(1, 6), 2 * Fraction(1, 4), 1 + Fraction(1, 2), Fraction(3, 4) / 3, Fraction(4, 2) == 2)
m = [[2, 1, 0], [1, 3, 1], [0, 1, 4]]
inv = inverse(m)
print(inv)
print(multiply([[Fraction(x) for x in row] for row in m], inv) == [[1, 0, 0], [0, 1, 0], [0, 0, 1]])
hilbert = [[Fraction(1, i + j + 1) for j in range(6)] for i in range(6)]
rows = [[x for x in row] for row in hilbert]
print(hilbert[5], rows[2][3])
def determinant(m):
    if len(m) == 1:
        return m[0][0]
    return sum(((-1) ** j * m[0][j] * determinant([row[:j] + row[j + 1:] for row in m[1:]]) for j in range(len(m))), Fraction(0))
print(determinant(hilbert))
for bad in ([[1, 2], [2, 4]], [[0]]):
    try:
        inverse(bad)
    except ValueError as error:
        print(error)
try:
    Fraction(1) / 0
except ZeroDivisionError as error:
    print(error)
