# Patterns whose instructions are joined, split, looked ahead of or skipped when they are translated.
import random
import re

import _sre


def show(pattern, *texts, flags=0):
    compiled = re.compile(pattern, flags)
    for text in texts:
        found = [(m.span(), m.groups(), m.lastindex) for m in compiled.finditer(text)]
        print(ascii(pattern), ascii(text), ascii(found))


print("-- text that something jumps into")
show(r"(a)?(?(1)b|c)d", "abd", "cd", "acd", "bd")
show(r"(a)?(?(1)b)cd", "abcd", "acd", "cd")
show(r"(?:(?(1)x)|b)c(d)?", "bc", "cd")
show(r"(?:a|b|)cd", "acd", "cd", "bcd", "abcd")

print("-- characters beyond Latin-1")
show("\u03bc", "_c\u6587\u03bc\u03bd")
show("\u6587\u5b57", "\u6587\u6587\u5b57", "plain", "\U0001f600\u6587\u5b57")
show("[\u4e00-\u9fff]+x", "ab\u6587\u5b57x", "\u6587y")
show("[^\u4e00-\u9fff]", "\u6587a\U0001f600")
show("\U0001f600|\u00e9", "\u00e9\U0001f600\u6587")
show("k", "K\u212ak", flags=re.I)
show("[a-z\u00e0-\u00ff]+", "\u00c0Bc\u0178\u0130\u017f", flags=re.I)
show("\u0131", "iI\u0130\u0131", flags=re.I)
show("\u00b5+", "\u00b5\u03bc\u039c", flags=re.I)
show("[\u0400-\U00010428]", "\u0410\u0430\U00010428\U00010400", flags=re.I)

print("-- many alternatives")
words = [f"w{n:03}" for n in range(150)]
many = re.compile("|".join(words) + "|w")
print([many.match(w).group() for w in ("w000", "w063", "w064", "w126", "w149", "w150")])
groups = re.compile("|".join(f"({chr(97 + n // 10)}{n % 10})" for n in range(90)))
print([groups.match(f"{chr(97 + n // 10)}{n % 10}").lastindex for n in (0, 62, 63, 64, 89)])

print("-- places worth a try")
show(r"[cgt]gggtaaa|tttaccc[acg]", "agggtaaacgggtaaatttacccatttaccct")
show(r"ab[cd]+e|x.{2}y", "abcde xxyy abe x..y")
show(r"a{2,3}b", "ab aab aaaab")
show(r".*b", "aab\nab\n\nb", "aaa\naaa")
show(r".*?c.", "aab\nabcd", flags=re.S)
show(r"(.*)b\1", "xbx yby")
show(r"^a|^b", "a\nb\nab", flags=re.M)
show(r"(?m)^\w+$", "one\ntwo three\nfour")
show(r"\Aab", "abab")
show(r"(?<=b)a", "baaba")

print("-- runs")
show(r"[ab]*b", "aabba", "a")
show(r"\w+?\d", "ab12", "ab")
show(r"\"[^\"\\]*(?:\\.[^\"\\]*)*\"", r'say "a\"b" "c', '""')
show(r"a*?(?=b)", "aab")
show(r"x*+x|x*+y", "xxx", "xxy")
show(r"(?:ab){2,3}?c?", "ababababc")
show(r"[^\n]{3,5}", "abcdefgh\nijkl\nmn")

print("-- loops")
show(r"(?:(a)|b?){2,4}", "ab", "aab", "")
show(r"(?:a?b??)*c", "abac", "aab")
show(r"((?:a{1,2}){2}){1,2}b", "aaaaab", "aab")
show(r"(?:(\w)(?:,\1){0,2};)+", "a,a;b;c,c,c;d,e;")
show(r"(?:(?:ab|a)*b)+c", "ababbc", "ababab")
show(r"((a)|(b)|(c))*?$", "abc", "cb")
show(r"(?:(x)|(y)){3}", "xyx", "yxy")

print("-- parts of their own")
show(r"(?>a+|b)b", "aab", "ab", "bb")
show(r"(?:a|ab)++c", "aababc", "abc")
show(r"(?:(a)|(b)){2}+", "abab", "ba")
show(r"(?!(a)b)\w+", "ab", "ac", "b")
show(r"(?=(\w+))\1:", "abc:", "abc")
show(r"(?<!\d)(?=(\d+))(?:\d(?=.*?(\w)$))+", "a123b", "12")

print("-- where a search may look")
p = re.compile(r"(?<=a)b|^c|d$|\bx\b")
for window in ((0, 99), (1, 2), (2, 3), (3, 3), (5, 2), (-3, 4)):
    m = p.search("abxcd", *window)
    print(window, m and m.span(), [x.span() for x in p.finditer("ab x cd", *window)])
s = re.compile("a*").scanner("aab", 0, 3)
print([m and m.span() for m in (s.match(), s.match(), s.search(), s.search())])

print("-- replacing")
print(re.sub("a", "\u6587", "banana"), re.sub("", "-", "ab"), re.sub("x*", "-", "abxd"))
print(re.subn(b"a|(b)", rb"<\1>", b"abc"), re.sub("(a)(b)?", r"[\2\1]", "aab", count=1))
print(re.sub("a", lambda m: re.sub("b", "c", "bb") + str(m.end()), "abca"))
print(re.sub("b", lambda m: None, "abc"), re.sub(b"b", lambda m: bytearray(b"x"), b"abc"))
text = "unchanged"
print(re.sub("z", "", text) is text)
for repl, subject in ((b"x", "ab"), ("x", b"ab"), (lambda m: 3, "ab")):
    pattern = "b" if isinstance(subject, str) else b"b"
    try:
        print(re.sub(pattern, repl, subject))
    except TypeError as e:
        print(type(e).__name__, e)

print("-- match objects")
m = re.search(r"(?P<x>b)(c)?(?P<y>d)?", "abcx")
print(m, m.regs, m.groups("-"), m.groupdict(), m.lastindex, m.lastgroup, m["x"], m.span(3), m.pos, m.endpos)
print(m.expand(r"<\g<x>\2\3>"), re.findall("(a)(b)?", "aba"), re.split("(,)|;", "a,b;c"), re.split("", "ab"))

print("-- what is no pattern")
for code in ([99], [16], [15, 900], [13, 3, 9, 0, 1], [26, 4, 0, 1], [17, 5, 1]):
    try:
        print(_sre.compile("x", 0, code, 0, {}, (None,)))
    except RuntimeError as e:
        print(type(e).__name__, e)

print("-- long and deep")
print(re.match("(?:ab)*c", "ab" * 100_000 + "c").end(), re.match("(?:a|b)*?c", "ab" * 50_000 + "c").end())
print(re.search(".*x", "a" * 30_000), re.match("((a)|b)*", "ab" * 20_000).groups())
pattern = "(?:" * 40 + "a" + "){1,2}" * 40 + "b"
print(re.match(pattern, "aab").span())
rng = random.Random(7)
dna = bytes(rng.choice(b"acgt") for _ in range(20_000))
print(len(re.findall(b"[cgt]gggta|ttacc[acg]", dna)), len(re.sub(b"(c|g|t)", b"<>", dna)))

print("-- case")
for pattern, text in (("\ufb05", "\ufb06"), ("[\ufb04-\ufb05]", "\ufb06"), ("\u00df", "\u1e9e"), ("\u0390", "\u1fd3"), ("i", "\u0130")):
    print(ascii(pattern), ascii(text), bool(re.match(pattern, text, re.I)), bool(re.match(text, pattern[-1], re.I)))
for pattern, text in ((rb"[^bc]", b"B"), (rb"[^b]", b"B"), (rb"(?:a|[^bc])", b"B"), (rb"(?:a|[^bc])", b"A"), (rb"[^\wq]", b"Q"), (rb"[ace]", b"C")):
    print(pattern, text, bool(re.fullmatch(pattern, text, re.I | re.L)))

print("-- numbers of groups, and names")
for group in (2**70, -(2**70), 7, "z"):
    try:
        m.group(group)
    except IndexError as e:
        print(type(e).__name__, e)
try:
    m.re.groupindex["x"] = 0
except TypeError as e:
    print(type(e).__name__, e)
print(m.re.groupindex)
