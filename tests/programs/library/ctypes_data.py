# The data half of ctypes: simple types, structures, unions, arrays, pointers.
import ctypes
from ctypes import *
print(sizeof(c_long), sizeof(c_char), c_int(5), c_int(2**31).value, c_ubyte(300).value, c_double(1.5), c_bool(3), c_char(b'x'))
class P(Structure):
    _fields_=[('x', c_int), ('y', c_double), ('z', c_char*4)]
p = P(1, 2.5, b'ab'); print(p.x, p.y, p.z, sizeof(P), P.y.offset, alignment(P))
p.x += 10; print(p.x, bytes(p)[:4])
A = c_int*3; a = A(1,2,3); print(list(a), a[-1], a[0:2], len(a), A)
class U(Union): _fields_=[('i', c_uint32),('b', c_ubyte*4)]
u=U(i=0x01020304); print(list(u.b), sizeof(U))
b = create_string_buffer(b'hello', 10); print(b.value, b.raw, sizeof(b)); b.value=b'x'; print(b.raw)
pp = pointer(a); print(pp.contents[1]); q=pointer(c_int(7)); q.contents.value=9; print(q[0]); q[0]=4; print(q.contents)
try: c_int('x')
except TypeError as e: print(type(e).__name__)
try: P(1,2,b'',4)
except TypeError as e: print(e)
class N(Structure): _fields_=[('p', P),('n', c_short)]
n=N(p, 3); print(n.p.x, n.n, sizeof(N)); n.p.x=77; print(n.p.x, p.x)
F = CFUNCTYPE(c_int, c_int, c_int); f = F(lambda x,y: x+y); print(f(2,3))
print(c_int.from_buffer_copy(b'\1\0\0\0').value, P.from_buffer(bytearray(sizeof(P))).x)
class BE(BigEndianStructure): _fields_=[('a', c_uint16),('b', c_uint32)]
print(bytes(BE(1,2)))
print(c_wchar('é').value, create_unicode_buffer('hé').value, c_void_p(None).value, c_char_p(b'q').value, sizeof(c_longdouble))
memset(b, 65, 3); print(b.raw[:4]); memmove(b, b'zz', 2); print(string_at(b))
class Pk(Structure): _pack_=1; _layout_='ms'; _fields_=[('a',c_char),('b',c_int)]
print(sizeof(Pk))
print(POINTER(c_int) is POINTER(c_int), issubclass(POINTER(c_int), ctypes._Pointer), cast(a, POINTER(c_int))[2])
