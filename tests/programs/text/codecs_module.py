"""Module codecs: the registry, error handlers, incremental coding, escapes, tables."""

import codecs


def t(f):
    try:
        print(ascii(f()))
    except Exception as e:
        print(type(e).__name__ + ":", ascii(str(e)))


print(codecs.lookup("UTF-8").name, codecs.lookup("latin1").name, codecs.lookup("cp1252").name)
t(lambda: codecs.lookup("no such codec"))
t(lambda: "é€".encode("cp1252"))
t(lambda: "\u0416€".encode("cp1252"))
t(lambda: "\u0416€x".encode("cp1252", "replace"))
t(lambda: "\u0416€x".encode("cp1252", "xmlcharrefreplace"))
t(lambda: b"\x80\x81".decode("cp1252"))
t(lambda: b"\x80\x81".decode("cp1252", "replace"))
t(lambda: b"\x80\x9c".decode("cp437"))
t(lambda: "\u043f\u0440\u0438".encode("koi8-r").decode("koi8-r"))
t(lambda: "abc".encode("rot13"))
t(lambda: codecs.encode("abc", "rot13"))
t(lambda: "a\n\té€\U0001f600\\".encode("unicode_escape"))
t(lambda: b"\\x41\\u20ac\\U0001f600\\n\\101\\N{EURO SIGN}".decode("unicode_escape"))
t(lambda: b"a\\x4".decode("unicode_escape"))
t(lambda: b"a\\u12z".decode("unicode_escape"))
t(lambda: b"a\\u12z".decode("unicode_escape", "replace"))
t(lambda: b"a\\".decode("unicode_escape"))
t(lambda: b"\\N{NO SUCH NAME}".decode("unicode_escape"))
t(lambda: b"\\U00110000".decode("unicode_escape"))
t(lambda: "é€\\n".encode("raw_unicode_escape"))
t(lambda: b"\\u20ac\\n\\\\u20ac".decode("raw_unicode_escape"))
t(lambda: codecs.escape_decode(rb"a\x41\n\101\q"))
t(lambda: codecs.escape_encode(b"a'\n\xff"))


def dots(error):
    if isinstance(error, UnicodeEncodeError):
        return "." * (error.end - error.start), error.end
    return "<%s>" % error.object[error.start : error.end].hex(), error.end


codecs.register_error("dots", dots)
t(lambda: "aé€b".encode("ascii", "dots"))
t(lambda: b"a\xff\xfeb".decode("ascii", "dots"))
t(lambda: b"a\xe2\x82b".decode("utf-8", "dots"))
t(lambda: "aé€b".encode("cp437", "dots"))
codecs.register_error("bad", lambda e: 5)
t(lambda: "é".encode("ascii", "bad"))
t(lambda: b"\xff".decode("ascii", "bad"))
codecs.register_error("far", lambda e: ("", 99))
t(lambda: "é".encode("ascii", "far"))
codecs.register_error("bytes", lambda e: (b"\xff", e.end))
t(lambda: "é".encode("ascii", "bytes"))
t(lambda: codecs.lookup_error("dots") is dots)
t(lambda: codecs.lookup_error("nothing"))
try:
    "é".encode("ascii")
except UnicodeEncodeError as e:
    for name in ["ignore", "replace", "xmlcharrefreplace", "backslashreplace", "namereplace"]:
        t(lambda: codecs.lookup_error(name)(e))

decoder = codecs.getincrementaldecoder("utf-8")()
print([decoder.decode(bytes([b])) for b in "aé€\U0001f600".encode()], decoder.getstate())
decoder = codecs.getincrementaldecoder("utf-16")()
print([decoder.decode(bytes([b])) for b in "aé€".encode("utf-16")])
decoder = codecs.getincrementaldecoder("utf-8")("replace")
print(ascii(decoder.decode(b"a\xe2\x82")), ascii(decoder.decode(b"", True)))
encoder = codecs.getincrementalencoder("utf-16-le")()
print(encoder.encode("a"), encoder.encode("€"))
print(codecs.BOM_UTF8.decode("utf-8-sig"), "a".encode("utf-8-sig"), b"\xef\xbb\xbfa".decode("utf-8-sig"))
print(list(codecs.iterdecode([b"\xe2", b"\x82\xac"], "utf-8")), codecs.charmap_build("abc")[98])


def search(name):
    if name == "upper_case":
        return codecs.CodecInfo(
            lambda s, errors="strict": (s.upper().encode(), len(s)),
            lambda b, errors="strict": (bytes(b).decode().lower(), len(b)),
            name="upper",
        )


codecs.register(search)
print("abc".encode("Upper Case"), b"ABC".decode("UPPER-CASE"))
codecs.unregister(search)
t(lambda: "abc".encode("upper-case"))
