# Strings.
s = "hello"
print(s + " world", s * 2, s[1], s[-1], s[1:3], len(s), "ell" in s)
print(s.upper(), s.replace("l", "L"), s.find("l"), "a,b".split(","), "-".join(["x", "y"]))
for c in s:
    print(c, end="")
print()
print(repr(s), str(5), s == "hello", s < "help")
