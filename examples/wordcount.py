"""Counts the words of a text: generators, dictionaries, sorting and formatting.

    cargo run --release -- examples/wordcount.py [FILE]

Without a file, it counts the words of this program.
"""

import sys


def words(lines):
    for line in lines:
        word = ""
        for character in line.lower() + " ":
            if character.isalpha():
                word += character
            elif word:
                yield word
                word = ""


def count(items):
    table = {}
    for item in items:
        table[item] = table.get(item, 0) + 1
    return table


def report(table, limit=10):
    ranking = sorted(table.items(), key=lambda entry: (-entry[1], entry[0]))[:limit]
    widest = max((len(word) for word, _ in ranking), default=0)
    most = max((times for _, times in ranking), default=1)
    for word, times in ranking:
        print(f"{word:>{widest}} {times:4} {'▇' * (times * 40 // most)}")


if __name__ == "__main__":
    path = sys.argv[1] if len(sys.argv) > 1 else __file__
    try:
        with open(path, encoding="utf-8") as file:
            table = count(words(file))
    except OSError as error:
        sys.exit(f"wordcount: {error}")
    print(f"{sum(table.values())} words, {len(table)} different")
    report(table)
