# Word statistics and a formatted table from text read on standard input.
import sys

words, lines = {}, 0
for line in sys.stdin:
    lines += 1
    for word in line.lower().split():
        word = word.strip(".,;:!?\"'()")
        if word:
            words[word] = words.get(word, 0) + 1
total = sum(words.values())
print(f"{lines} lines, {total} words, {len(words)} different")
for rank, (word, count) in enumerate(sorted(words.items(), key=lambda item: (-item[1], item[0]))[:8], 1):
    bar = "#" * (count * 3)
    print(f"{rank:>2}. {word:<10}{count:>3} {count / total:6.1%} {bar}")
lengths = {}
for word in words:
    lengths.setdefault(len(word), []).append(word)
for length in sorted(lengths):
    print(length, sorted(lengths[length])[:4])
print(max(words, key=lambda w: (len(w), w)), repr(sys.stdin.read()))
