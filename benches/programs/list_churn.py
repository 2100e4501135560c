"""Keeps a window of lists of lists, dropping the oldest at every step: most cells die neither young nor old."""
import sys
import time

WINDOW = 400


def table(n):
    return [[n + i, str(n + i), [i, n]] for i in range(60)]


def main(rounds):
    start = time.process_time()
    window = []
    total = 0
    for n in range(rounds):
        window.append(table(n))
        if len(window) > WINDOW:
            oldest = window.pop(0)
            total += sum(row[0] + len(row[1]) + row[2][1] for row in oldest)
    print(f"list_churn {rounds}: {total}, {time.process_time() - start:.3f} s")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 20000)
