# Indexing, slicing, repetition, comparison and membership of strings.
s = "hello, world"
print(s[0], s[-1], s[1:4], s[:5], s[7:], s[-5:], s[::2], s[::-1], s[10:2:-3], s[100:], s[-100:3])
print(len(s), s * 2, 3 * "ab", "a" * 0, "a" * -1, "" * 5, s + "!" + "", "lo" in s, "xyz" not in s, "" in s)
print("a" < "b", "a" < "B", "abc" < "abd", "ab" < "abc", "" < "a", "é" > "z", "a" == "a", "a" != "A")
print(min(s), max(s), sorted("banana"), list("abc"), tuple("xy"), set("a"), "".join(reversed("abc")))
print("tab\tnew\\n", 'single\'s', "double\"s", """triple
line""", r"raw\n", "\x41\u00e9\U0001F600\101\N{BULLET}", "a" "b" 'c')
print(repr("it's"), repr('say "hi"'), repr("both ' and \""), repr("\t\n\r\\\x00\x7f\x80\xa0é\u200b😀"))
print(ascii("é😀\n"), str(b"ab"), str(12), str(None), str([1, "a"]), repr("a\nb"))
print("%s|%s" % ("a", "b"), "a" "b" == "ab", "x".__class__, "abc".__len__(), "abc".__contains__("b"))
for index in (12, -13, 100):
    try:
        s[index]
    except IndexError as error:
        print(error)
try:
    s[0] = "H"
except TypeError as error:
    print(error)
try:
    del s[0]
except TypeError as error:
    print(error)
t = s
t += "?"
print(s, t, s is t)
print("é" == "e\u0301", len("e\u0301"), len("😀"), "😀"[0], ord("😀"), chr(0x1F600), [ord(c) for c in "aé€😀"])
print(hash("abc") == hash("ab" + "c"), "abc" == "abc"[:], {"a": 1}["a"])
print("a,b,c".split(",")[1], "abc"[1:][0], ("abc" if s else "") + "d")
for i, c in enumerate("añ😀"):
    print(i, c, c.isalpha(), c.isascii())
