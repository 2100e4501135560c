"""memoryview: items, slices, casts, exports."""

m = memoryview(b"abcd")
w = memoryview(bytearray(b"abcdefgh"))
released = memoryview(b"a")
released.release()


def export():
    array = bytearray(b"x")
    view = memoryview(array)
    part = view[0:1]
    out = []
    for step in range(3):
        try:
            array.append(1)
            out.append("grown")
        except BufferError as e:
            out.append(str(e))
        if step == 0:
            view.release()
        elif step == 1:
            part.release()
    return out, array


def with_statement():
    array = bytearray(b"abc")
    with memoryview(array) as view:
        view[0] = 120
    array += b"d"
    return array


def t(text, f):
    try:
        print(text, "->", ascii(f()))
    except Exception as e:
        print(text, "->", type(e).__name__ + ":", ascii(str(e)))


t('memoryview(1)', lambda: memoryview(1))
t("memoryview('a')", lambda: memoryview('a'))
t('m[0]', lambda: m[0])
t('m[4]', lambda: m[4])
t("m['a']", lambda: m['a'])
t('m[1:3].tobytes()', lambda: m[1:3].tobytes())
t('m[::2].tobytes()', lambda: m[::2].tobytes())
t('m[::-1].tolist()', lambda: m[::-1].tolist())
t('m[0,1]', lambda: m[0,1])
t('m.__setitem__(0,1)', lambda: m.__setitem__(0,1))
t('w.__setitem__(0,256)', lambda: w.__setitem__(0,256))
t("w.__setitem__(0,'a')", lambda: w.__setitem__(0,'a'))
t("w.__setitem__(slice(0,2),b'abc')", lambda: w.__setitem__(slice(0,2),b'abc'))
t("w.__setitem__(slice(0,2),b'XY') or w.tobytes()", lambda: w.__setitem__(slice(0,2),b'XY') or w.tobytes())
t("w.__setitem__(slice(0,2),'ab')", lambda: w.__setitem__(slice(0,2),'ab'))
t('w.__delitem__(0)', lambda: w.__delitem__(0))
t('released[0]', lambda: released[0])
t('released.tolist()', lambda: released.tolist())
t('len(released)', lambda: len(released))
t('released.format', lambda: released.format)
t('hash(w)', lambda: hash(w))
t("hash(m)==hash(b'abcd')", lambda: hash(m)==hash(b'abcd'))
t("w.cast('H').tolist()", lambda: w.cast('H').tolist())
t("w.cast('x')", lambda: w.cast('x'))
t("w.cast('HH')", lambda: w.cast('HH'))
t("w.cast('B',[2,4]).tolist()", lambda: w.cast('B',[2,4]).tolist())
t("w.cast('B',[2,3])", lambda: w.cast('B',[2,3]))
t("w.cast('H').cast('I')", lambda: w.cast('H').cast('I'))
t("w[::2].cast('H')", lambda: w[::2].cast('H'))
t("w[1:4].cast('H')", lambda: w[1:4].cast('H'))
t("w.cast('B',(2,4))[0]", lambda: w.cast('B',(2,4))[0])
t("w.cast('B',(2,4))[0,1]", lambda: w.cast('B',(2,4))[0,1])
t("w.cast('B',(2,4)).shape", lambda: w.cast('B',(2,4)).shape)
t("w.cast('B',(2,4)).strides", lambda: w.cast('B',(2,4)).strides)
t("w.cast('d')[0]", lambda: w.cast('d')[0])
t("w.cast('d').format", lambda: w.cast('d').format)
t('m.obj', lambda: m.obj)
t('m.nbytes', lambda: m.nbytes)
t('m.readonly', lambda: m.readonly)
t('m.ndim', lambda: m.ndim)
t('m.itemsize', lambda: m.itemsize)
t('m.suboffsets', lambda: m.suboffsets)
t('m.contiguous', lambda: m.contiguous)
t('w[::2].contiguous', lambda: w[::2].contiguous)
t('m.toreadonly().readonly', lambda: m.toreadonly().readonly)
t('w.toreadonly().readonly', lambda: w.toreadonly().readonly)
t("m == b'abcd'", lambda: m == b'abcd')
t("m == memoryview(b'abcd')", lambda: m == memoryview(b'abcd'))
t("m == 'abcd'", lambda: m == 'abcd')
t("m < b'a'", lambda: m < b'a')
t('m.index(98)', lambda: m.index(98))
t('m.index(200)', lambda: m.index(200))
t('m.count(97)', lambda: m.count(97))
t("m.hex(':')", lambda: m.hex(':'))
t('bytes(m[::2])', lambda: bytes(m[::2]))
t("w.cast('?')[0]", lambda: w.cast('?')[0])
t("w.cast('c')[0]", lambda: w.cast('c')[0])
t("w.cast('c').tolist()", lambda: w.cast('c').tolist())
t("w.cast('c').__setitem__(0,1)", lambda: w.cast('c').__setitem__(0,1))
t("w.cast('c').__setitem__(0,b'ab')", lambda: w.cast('c').__setitem__(0,b'ab'))
t("w.cast('h').__setitem__(0,40000)", lambda: w.cast('h').__setitem__(0,40000))
t("w.cast('h').__setitem__(0,-2) or w.cast('h')[0]", lambda: w.cast('h').__setitem__(0,-2) or w.cast('h')[0])
t("w.cast('f').__setitem__(0,1.5) or w.cast('f')[0]", lambda: w.cast('f').__setitem__(0,1.5) or w.cast('f')[0])
t("w.cast('d').__setitem__(0,'a')", lambda: w.cast('d').__setitem__(0,'a'))
t("w.cast('B',[])", lambda: w.cast('B',[]))
t("memoryview(b'a').cast('B',[])[()]", lambda: memoryview(b'a').cast('B',[])[()])
t("memoryview(b'a').cast('B',[]).tolist()", lambda: memoryview(b'a').cast('B',[]).tolist())
t("len(memoryview(b'a').cast('B',[]))", lambda: len(memoryview(b'a').cast('B',[])))
t("w.cast('B',[2,4]).tobytes('F')", lambda: w.cast('B',[2,4]).tobytes('F'))
t("w.cast('B',[2,4]).tobytes('x')", lambda: w.cast('B',[2,4]).tobytes('x'))
t('97 in m', lambda: 97 in m)
t("b'a' in m", lambda: b'a' in m)
t('list(m)', lambda: list(m))
t('m.cast(1)', lambda: m.cast(1))
t("m.cast('B',1)", lambda: m.cast('B',1))
t("m.cast('B',['a'])", lambda: m.cast('B',['a']))
t("m.cast('B',[-1])", lambda: m.cast('B',[-1]))
t("m+b'a'", lambda: m+b'a')
t("b''.join([m,b'x'])", lambda: b''.join([m,b'x']))
t("b'x'+m", lambda: b'x'+m)
t('bytearray(m)', lambda: bytearray(m))
t('export()', lambda: export())
t('with_statement()', lambda: with_statement())
