# Subclasses of the numbers: values of any size, attributes, results of the base type.
class I(int):
    def __new__(cls, v, tag=None):
        self = int.__new__(cls, v)
        self.tag = tag
        return self
class F(float): pass
class C(complex): pass
keep = []
i = 0
while i < 300:
    keep.append(I(10**30 + i, [i]))
    keep.append(F(1e300 * 10 if i % 3 == 0 else i * 1.5e299))
    keep.append(C(i, -i))
    i += 1
bad = 0
i = 0
while i < 300:
    a, b, c = keep[3*i], keep[3*i+1], keep[3*i+2]
    if a != 10**30 + i or a.tag != [i] or type(a) is not I or type(a+0) is not int: bad += 1
    if b != (1e300*10 if i % 3 == 0 else i * 1.5e299) or type(+b) is not float: bad += 1
    if c != complex(i, -i) or c.real != i: bad += 1
    i += 1
out = [bad, keep[0] + 1, int(keep[0]), keep[0].__index__(), hash(keep[0]) == hash(10**30), repr(keep[0]), keep[0] == 10**30, {keep[0]: 1}[10**30], I.from_bytes(b"\x01\x02", "big"), type(I.from_bytes(b"\x01", "big")).__name__, float.fromhex("0x1p3"), type(F.fromhex("0x1p3")).__name__, F.from_number(3), I("12", 3).tag, keep[0].real, type(keep[0].real).__name__, I(5) * "ab", [1,2,3][I(1)], range(I(3)), isinstance(I(3), int), I(7) // 2, -I(7), round(I(15), -1), divmod(I(7), I(2)), f"{I(255):x}", "%d" % I(3), str(I(3)), format(I(3)), abs(I(-3)), I(3) < 4, 3 == I(3), I(0) or "zero", pow(I(2), 10, 1000), I(2) ** -1, 1.5 + I(1), I(1) + 1.5, I(1) << 70, F(2.5).hex(), int(F(2.5)), C(1, 2) * 2, repr(C(1, 2))]
for value in out:
    print(value)
