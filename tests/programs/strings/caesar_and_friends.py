# A few whole string programs.
def caesar(text, shift):
    result = []
    for c in text:
        if c.isalpha():
            base = ord("a") if c.islower() else ord("A")
            result.append(chr((ord(c) - base + shift) % 26 + base))
        else:
            result.append(c)
    return "".join(result)


secret = caesar("Hello, World!", 3)
print(secret, caesar(secret, -3), caesar(secret, 23))


def rle(text):
    out, previous, count = "", None, 0
    for c in text + "\0":
        if c == previous:
            count += 1
        else:
            if previous is not None:
                out += f"{count}{previous}"
            previous, count = c, 1
    return out


def unrle(text):
    out, digits = "", ""
    for c in text:
        if c.isdigit():
            digits += c
        else:
            out += c * int(digits)
            digits = ""
    return out


packed = rle("aaabccddddde")
print(packed, unrle(packed))


def is_palindrome(text):
    cleaned = "".join(c.lower() for c in text if c.isalnum())
    return cleaned == cleaned[::-1]


print(is_palindrome("A man, a plan, a canal: Panama"), is_palindrome("nope"))


def levenshtein(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]


print(levenshtein("kitten", "sitting"), levenshtein("", "abc"), levenshtein("flaw", "lawn"))
words = "the cat sat on the mat the end".split()
counts = {}
for word in words:
    counts[word] = counts.get(word, 0) + 1
print(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def roman(n):
    out = ""
    for value, letters in [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]:
        count, n = divmod(n, value)
        out += letters * count
    return out


print([roman(n) for n in (1, 4, 9, 14, 40, 90, 400, 1994, 2024, 3999)])


def wrap(text, width):
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return lines + [line]


for line in wrap("the quick brown fox jumps over the lazy dog and runs away from the bear", 20):
    print(f"|{line:<20}|")
print(" ".join(w[::-1] for w in "reverse each word".split()), "".join(sorted("anagram")), "-".join("abc".upper()))
