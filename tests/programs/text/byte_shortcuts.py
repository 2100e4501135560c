# Bytes-like objects, their items and digits, by the shortest way and by others.
import array
import binascii

v = memoryview(b'\x00\x7f\xff')
print(v[0], v[-1], v[1], list(v), sum(v), [x for x in v[::-1]], v[::2][1], v[True])
for i in (3, -4, 10**30):
    try:
        v[i]
    except IndexError as e:
        print(e)
print(list(v.cast('b')), list(v.cast('c')), list(memoryview(array.array('h', [1, -2]))))
grid = memoryview(bytes(range(6))).cast('B', [2, 3])
print(grid[1, 2], grid.tolist())
try:
    grid[0]
except NotImplementedError as e:
    print(e)
v.release()
for work in (lambda: v[0], lambda: v[5], lambda: list(v)):
    try:
        work()
    except ValueError as e:
        print(e)


class Bytes(bytes):
    def __index__(self):
        return 98


for hay in (b'abcabc', bytearray(b'abcabc')):
    print(hay.find(b'c'), hay.find(99), hay.find(bytearray(b'bc')), hay.find(memoryview(b'ca')), hay.find(Bytes(b'c')))
    print(b'c' in hay, 98 in hay, b'' in hay, bytearray(b'bc') in hay, hay.count(b'b'), hay.rfind(b'a'))
    for bad in ('c', 1.5, 256, None):
        for work in (lambda: hay.find(bad), lambda: bad in hay):
            try:
                print(work())
            except (TypeError, ValueError) as e:
                print(type(e).__name__, e)

all_bytes = bytes(range(256))
digits = binascii.hexlify(all_bytes)
print(digits[:20], digits[-8:], binascii.unhexlify(digits) == all_bytes, binascii.unhexlify(digits.upper()) == all_bytes)
print(all_bytes.hex() == digits.decode(), b''.hex(), binascii.hexlify(b''), binascii.unhexlify('0aFf'))
print(binascii.hexlify(b'abc', '-'), b'abcde'.hex(':', 2), bytes.fromhex('0a fF'))
for bad in (b'0', b'0g', b'g0', '\u00ff0', b'\xff\xff', b':/', b'@G', b'`g'):
    try:
        print(binascii.unhexlify(bad))
    except ValueError as e:
        print(type(e).__name__, e)
print(binascii.a2b_qp(b'a=3D=zz=4'), binascii.b2a_qp(b'a=\xff'))
swap = bytes(reversed(range(256)))
print(b'abc'.translate(swap), b'abc'.translate(swap, b'b'), b'abc'.translate(None, b'b'), b'abc'.translate(None))

print('a\tb'.expandtabs(4), 'ab'.expandtabs(), '\n\t|'.expandtabs(3), len('x'.expandtabs()), '\t'.expandtabs(0) == '')
for text in ('', 'a&b', 'x' * 15 + '&', 'x' * 16 + '&', 'x' * 70 + '&' + 'y' * 70, '&' * 20, '\u20ac&'):
    print(text.find('&'), text.rfind('&'), text.index('&') if '&' in text else None, text.count('&'), len(text.replace('&', '&amp;')))

print(pow(3, 5, 7), pow(-3, 5, 7), pow(3, 0, 1), pow(2, 10**6, 10**9 + 7), pow(10**17, 3, 2**61 - 1), pow(3, 5, -7))
print(pow(7, 2**61, 2**61 - 1), pow(0, 0, 5), pow(5, 1, 5), pow(True, 3, 2), pow(3, -1, 7), pow(2**100, 2**70, 97))
try:
    pow(2, 3, 0)
except ValueError as e:
    print(e)
print(dict(a=1, b=2), dict(**{'x y': 1}), dict([(1, 2)], a=3), type(dict(a=1)))
try:
    dict(**{1: 2})
except TypeError as e:
    print(e)


class Slots:
    __slots__ = ('a',)


class Outer:
    class Inner(Slots):
        __slots__ = ()


for obj in (Slots(), Outer.Inner()):
    try:
        obj.a
    except AttributeError as e:
        print(e, e.name)
print('abc'.encode(), 'abc'.encode('ascii'), b'abc'.decode(), '\u20ac'.encode(), b'\xe2\x82\xac'.decode())
