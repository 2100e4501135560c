# math.
import math

print(math.pi, math.e, math.tau, math.inf, math.nan, math.sqrt(2), math.floor(-1.5), math.ceil(-1.5), math.trunc(-1.5), math.fabs(-2))
print(math.gcd(12, 18, 27), math.lcm(4, 6), math.factorial(20), math.comb(10, 3), math.perm(5, 2), math.isqrt(10 ** 20), math.prod([1, 2, 3.5]), math.fsum([0.1] * 10))
print(math.sin(1), math.cos(1), math.tan(1), math.atan2(1, -1), math.hypot(3, 4), math.degrees(math.pi), math.radians(180), math.exp(1), math.log(10), math.log2(8), math.log10(1000), math.log(8, 2), math.log1p(1e-10), math.pow(2, 0.5))
print(math.isnan(math.nan), math.isinf(-math.inf), math.isfinite(1), math.isclose(0.1 + 0.2, 0.3), math.copysign(1, -0.0), math.fmod(-5, 3), math.modf(2.5), math.frexp(8), math.ldexp(0.5, 4), math.dist([0, 0], [3, 4]), math.cbrt(27), math.remainder(5, 3), math.log(10 ** 400))
for action in (lambda: math.sqrt(-1), lambda: math.log(0), lambda: math.factorial(-1), lambda: math.factorial(1.5), lambda: math.sqrt("a"), lambda: math.exp(1000), lambda: math.floor(math.inf), lambda: math.acos(2), lambda: math.isqrt(-1), lambda: math.gcd(1.5), lambda: math.pow(0, -1), lambda: math.sin()):
    try:
        print(action())
    except (ValueError, TypeError, OverflowError) as error:
        print(type(error).__name__, error)
t = 0.0
for i in range(5000):
    t += math.sqrt(i) * math.sin(i) + math.floor(i / 3) - math.fabs(-i)
print(round(t, 6))

# Products against one factor at a time.
product, wrong = 1, []
for n in range(1, 1200):
    product *= n
    if (n < 70 or 500 < n < 530 or n % 97 == 0) and math.factorial(n) != product:
        wrong.append(n)
print(wrong, math.factorial(1199) == product, math.perm(1199, 1190) == product // math.factorial(9), math.comb(600, 300) % 10**12)
