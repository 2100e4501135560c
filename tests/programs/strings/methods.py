# The methods of str.
s = "The quick brown fox"
print(s.upper(), s.lower(), s.title(), s.swapcase(), s.capitalize(), "ß".upper(), "ǅ".lower(), "STRASSE".casefold())
print(s.find("quick"), s.find("z"), s.rfind("o"), s.index("T"), s.count("o"), s.count(""), s.find("o", 13), s.find("o", 0, 5))
print(s.startswith("The"), s.endswith("fox"), s.startswith(("a", "T")), s.startswith("q", 4), s.endswith("k", 0, 9))
print(s.replace("quick", "slow"), s.replace("o", "0", 1), "aaa".replace("a", "bb"), "abc".replace("", "-"), "abc".replace("x", "y"))
print(s.split(), "a,b,,c".split(","), "a,b,,c".split(",", 1), "  a  b ".split(), "".split(), "".split(","), "a b c".rsplit(None, 1), "a,b,c".rsplit(",", 1))
print("a\nb\r\nc\x0bd".splitlines(), "a\nb\n".splitlines(True), "one".partition("-"), "a-b-c".partition("-"), "a-b-c".rpartition("-"))
print("-".join(["a", "b"]), "".join([]), ", ".join("xyz"), "-".join(str(n) for n in range(4)))
print("|" + "  pad ".strip() + "|", "xxaxx".strip("x"), "abcab".lstrip("ab"), "abcab".rstrip("ab"), "  l".lstrip(), "r  ".rstrip())
print("a".ljust(5, "."), "a".rjust(5), "a".center(6, "*"), "42".zfill(5), "-42".zfill(6), "+1".zfill(4), "abc".center(2))
print("prefix-body".removeprefix("prefix-"), "body.txt".removesuffix(".txt"), "abc".removeprefix("x"))
print("a\tb".expandtabs(4), "ab\tc\td".expandtabs(), "%s" % "x".encode(), "é".encode("utf-8"), "é".encode("latin-1"))
for text in ["abc", "ABC", "Abc", "123", "a1", " ", "", "½", "²", "_a", "1a", "é", "\n", "Title Case"]:
    print(repr(text), text.isalpha(), text.isdigit(), text.isdecimal(), text.isnumeric(), text.isalnum(), text.islower(), text.isupper(), text.isspace(), text.istitle(), text.isidentifier(), text.isprintable())
table = str.maketrans("abc", "xyz", "d")
print("aabbccdd".translate(table), "abc".translate({97: None, 98: "BB", 99: 67}), str.maketrans({"a": 1}))
print("{}".format("x"), "{:>4}".format("x"), "{0[k]}".format({"k": 5}), "abc".format_map({}), "{a}".format_map({"a": 2}))
for action in (lambda: "a".index("z"), lambda: "a".split(""), lambda: ",".join([1]), lambda: "a".center("b"), lambda: "a".ljust(3, "ab"), lambda: "a".missing(), lambda: "a".partition(""), lambda: "\ud800".encode(), lambda: "é".encode("ascii"), lambda: "a".replace("a"), lambda: str.upper(1), lambda: "a".startswith(1)):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)
print("é".encode("ascii", "ignore"), "é".encode("ascii", "replace"), "é".encode("ascii", "xmlcharrefreplace"), "é".encode("ascii", "backslashreplace"))
