# struct, binascii, array, zlib, bz2, hashes, marshal: bytes and their errors.
import array
import binascii
import bz2
import hashlib
import lzma
import marshal
import struct
import zlib


def attempt(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


print(struct.pack("<hid?3s4p", 1, -2, 3.5, [], b"abcd", b"xy"), struct.unpack(">HhQ", bytes(range(12))), struct.calcsize("bi0q"))
for form in ("3", "z", "<n", "9" * 30 + "i", "i\0", 1, "é"):
    attempt(struct.calcsize, form)
for form, v in (("b", 200), ("B", -1), ("<H", 2**20), ("q", 2**70), ("i", "x"), ("c", b"ab"), ("s", 1), ("f", 1e300), ("e", 1e9), ("d", "x"), ("D", 1j)):
    attempt(struct.pack, form, v)
attempt(struct.pack, "ii", 1)
room = bytearray(6)
attempt(struct.pack_into, "i", room, 3, 1)
attempt(struct.pack_into, "i", room, -9, 1)
attempt(struct.pack_into, "i", b"abcd", 0, 1)
struct.pack_into("<i", room, -5, 77)
print(room, struct.Struct("<bi").size, list(struct.iter_unpack("<h", b"\1\0\2\0")), struct.Struct("<hi"))
attempt(struct.unpack_from, "i", b"abcd", 1)
attempt(struct.iter_unpack, "i", b"abc")


class Shrinks:
    def __index__(self):
        room.clear()
        return 5


attempt(struct.pack_into, "2i", bytearray(8), 0, 1, Shrinks())

print(binascii.hexlify(b"abcd", ":", 2), binascii.unhexlify("6162"), binascii.b2a_base64(b"hello", newline=False), binascii.crc32(b"abc", 5), binascii.crc_hqx(b"abc", 0))
for text in ("a", "abc", "ab==ab==", "abcde", "ab$=="):
    attempt(binascii.a2b_base64, text)
for text in ("=abc", "ab==c", "a$bc=", "abcd==", "ab=c"):
    attempt(binascii.a2b_base64, text, strict_mode=True)
attempt(binascii.unhexlify, "abc")
attempt(binascii.unhexlify, "zz")
print(binascii.b2a_uu(b"abc"), binascii.a2b_uu(b"#86)C\n"), binascii.b2a_qp(b"a=\xff b \n."), binascii.a2b_qp(b"a=3D=\nb=20"))

a = array.array("i", [1, 2, 3])
a.append(4)
a[1:3] = array.array("i", [9])
a.extend(range(2))
print(a, a.typecode, a.itemsize, a[::-1], a.index(9), a * 2, a + a, a == array.array("q", a), 9 in a)
for code, v in (("b", 200), ("B", -1), ("H", 2**20), ("I", -1), ("q", 2**70), ("i", "x"), ("w", "ab"), ("x", 1)):
    attempt(array.array, code, [v])
view = memoryview(a)
attempt(a.append, 1)
print(view.format, view.nbytes)
view.release()
a.pop()
print(a, array.array("w", "añ😀"), a.__reduce_ex__(3)[1][1:], list(array.array("d", [1, 2.5])))
attempt(a.__setitem__, slice(0, 1), [1])
attempt(a.frombytes, b"abc")


class Grows:
    def __index__(self):
        del b[:]
        return 1


b = array.array("i", [0] * 10)
attempt(b.__setitem__, 5, Grows())
print(b)

data = b"hello world " * 50
for pack, unpack in ((zlib.compress, zlib.decompress), (bz2.compress, bz2.decompress), (lzma.compress, lzma.decompress)):
    small = pack(data)
    print(len(small) < len(data), unpack(small) == data)
    attempt(unpack, b"\xffbcdefghijklmnop")
    attempt(unpack, small[:-3])
d = zlib.decompressobj()
print(d.decompress(zlib.compress(b"abc") + b"rest", 2), d.eof, d.unconsumed_tail != b"", d.flush(), d.unused_data)
attempt(zlib.compress, b"", 99)
attempt(zlib.decompressobj, 99)
c = zlib.compressobj(zdict=b"hello")
packed = c.compress(b"hello") + c.flush()
attempt(zlib.decompress, packed)
attempt(zlib.decompressobj(zdict=b"hello").decompress, packed)
attempt(c.compress, b"more")
z = bz2.BZ2Decompressor()
packed = bz2.compress(data)
print(len(z.decompress(packed, 10)), z.needs_input, len(z.decompress(b"", 5)), z.eof)
x = lzma.LZMADecompressor()
print(x.check, x.decompress(lzma.compress(b"abc") + b"tail"), x.check, x.eof, x.unused_data)
attempt(x.decompress, b"")
raw = [{"id": lzma.FILTER_LZMA2, "preset": 1}]
print(lzma.decompress(lzma.compress(data, lzma.FORMAT_RAW, filters=raw), lzma.FORMAT_RAW, filters=raw) == data)
attempt(lzma.LZMACompressor, lzma.FORMAT_RAW)
attempt(lzma.LZMACompressor, filters=[{"id": 99}])

for name in sorted(hashlib.algorithms_guaranteed):
    h = hashlib.new(name, b"abc")
    size = [8] if name.startswith("shake") else []
    print(name, h.hexdigest(*size)[:16], h.digest_size, h.block_size, h.copy().digest(*size)[:2])
attempt(hashlib.blake2b, digest_size=0)
attempt(hashlib.blake2b, key=b"a" * 65)
attempt(hashlib.md5, "text")
print(hashlib.blake2s(b"a", key=b"k", salt=b"s", person=b"p", digest_size=9).hexdigest())

shared = []
value = [1, -(2**70), 2.5, 1j, "a", "é\ud800", b"b", (1, (2,)), {"k": [None, True, ...]}, {3}, frozenset("x"), slice(1, None), StopIteration, shared, shared]
again = marshal.loads(marshal.dumps(value))
print(again == value, again[-1] is again[-2], marshal.loads(b"\xe9\5\0\0\0"), marshal.dumps((1.5, 7), 2))
attempt(marshal.dumps, object())
attempt(marshal.loads, b"")
attempt(marshal.loads, b"[\5\0\0\0")
attempt(marshal.loads, b"?")
