# bytes and bytearray.
b = b"hello\x00\xff"
print(b, len(b), b[0], b[-1], b[1:3], b[::-1], list(b[:3]), b + b"!", b * 2, b"ell" in b, 104 in b)
print(b.hex(), b.hex(" "), bytes.fromhex("48 65 6c"), bytes(3), bytes([1, 2]), bytes("é", "utf-8"), bytes(range(4)))
print(b.upper(), b.split(b"l"), b.find(b"l"), b.replace(b"l", b"L"), b"a,b".split(b","), b"-".join([b"x", b"y"]), b" a ".strip())
print(b"abc".decode(), b"\xc3\xa9".decode("utf-8"), b"\xe9".decode("latin-1"), b"\xff".decode("utf-8", "replace"), b"\xffa".decode("ascii", "ignore"))
print(b"a" < b"b", b"a" == "a", b"abc".startswith(b"ab"), b"a%db" % 5, hash(b"a") == hash(bytes([97])), b"it's", b'q"')
a = bytearray(b"abc")
a[0] = 120
a.append(33)
a.extend(b"??")
a += b"z"
print(a, len(a), a[1:3], a.pop(), a, bytes(a), a == b"xbc!??", a.decode())
a[1:3] = b"----"
del a[0]
a.insert(0, 65)
a.reverse()
print(a, a.find(b"-"), a.count(b"-"), list(a)[:3], repr(a))
a.clear()
print(a, bool(a))
for action in (lambda: b"a" + "a", lambda: bytes([256]), lambda: b"\xff".decode(), lambda: bytes("a"), lambda: b[100], lambda: bytearray(b"a").append(256), lambda: bytes.fromhex("zz"), lambda: b"\xc3".decode(), lambda: b"a".join(["a"]), lambda: bytes(-1)):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)
print([int.from_bytes(bytes([n]), "big") for n in b"az"], sum(b"abc"), max(b"abc"), sorted(b"cab"), {b"k": 1}[b"k"])
