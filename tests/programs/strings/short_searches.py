# Searches in texts of every small length, against a search written out: find, rfind, in, count, split, replace, partition.
def plain_find(text, needle, start=0):
    for at in range(start, len(text) - len(needle) + 1):
        if all(text[at + i] == needle[i] for i in range(len(needle))):
            return at
    return -1


def plain_all(text, needle):
    places, at = [], 0
    while (at := plain_find(text, needle, at)) >= 0:
        places.append(at)
        at += len(needle)
    return places


def plain_rfind(text, needle):
    last, at = -1, -1
    while (at := plain_find(text, needle, at + 1)) >= 0:
        last = at
    return last


BASE = "aaabab\x01bb\x00ab a\x01cabbabaaabcab\x00\x01aabaaaabbbbcab"
NEEDLES = ["a", "b", "ab", "aab", "bc", "\x00", "\x01", "b\x00", "cab", "aaaa", "zz", "bcab", "aabaaaabbbbcab"]


def check(text, needle):
    places = plain_all(text, needle)
    assert text.find(needle) == plain_find(text, needle), (text, needle)
    assert text.rfind(needle) == plain_rfind(text, needle), (text, needle)
    assert (needle in text) == bool(places)
    assert text.count(needle) == len(places), (text, needle)
    parts = text.split(needle)
    assert len(parts) == len(places) + 1 and needle.join(parts) == text
    assert text.replace(needle, "<>") == "<>".join(parts)
    assert text.replace(needle, "", 2) == "".join(text.split(needle, 2)[:2]) + needle.join(parts[2:]) if len(
        parts) < 3 else True
    assert text.partition(needle)[0] == parts[0] and text.rpartition(needle)[2] == parts[-1]
    raw, key = text.encode("latin-1"), needle.encode("latin-1")
    assert raw.find(key) == text.find(needle) and raw.rfind(key) == text.rfind(needle)
    assert raw.count(key) == len(places) and len(bytearray(raw).split(key)) == len(parts)


for end in range(0, len(BASE) + 1, 3):
    for needle in NEEDLES:
        check(BASE[:end], needle)
for needle in NEEDLES:
    for repeat in (2, 6):
        check(BASE * repeat, needle)
print("agrees", (BASE * 9).count("ab"), (BASE * 9).find("cabaaabab"), (BASE * 40).rfind("ba"))
long = "x" * 254
for pad in range(5):
    text = long + "y" * pad + "needle" + "z" * pad
    print(text.find("needle"), text.rfind("needle"), text.count("needle"), text.find("needlez"), "yn" in text,
          text.find("x" * 254 + "n"))
print("é" * 20 + "ab", ("é" * 20 + "ab").find("ab"), ("é" * 20).count("é"), "aé".find("é"), "€" * 9 + "é" in "é")

# Strip by sets of characters.
for text in ("", " ", "\t a b\n", "..a.,", "\x1c\x1fx\x1c", "éaé", "\x00a\x7f", "~~a~"):
    print([repr(text.strip(chars)) for chars in (None, ".,", "", "é", " \t", "\x00\x7f", "~a")],
          repr(text.lstrip()), repr(text.rstrip(".,")), text.split(), text.rsplit(None, 1))


class Text(str):
    pass


print(Text("..a..").strip(Text(".")), type(Text("a").strip()).__name__, Text("ab") in "cab", "ab" in Text("cab"))
for bad in (1, None, b"a"):
    try:
        bad in "abc"
    except TypeError as e:
        print(e)
for text in ("", "a", "1", "a1", " ", "é", "é1", "²", "٣", "\x1c"):
    print(text.isalnum(), text.isalpha(), text.isdecimal(), text.isdigit(), text.isnumeric(), text.isspace())
