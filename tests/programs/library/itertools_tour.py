# itertools.
from itertools import accumulate, batched, chain, combinations, combinations_with_replacement, compress, count, cycle, dropwhile, filterfalse, groupby, islice, pairwise, permutations, product, repeat, starmap, takewhile, tee, zip_longest

print(list(islice(count(5, 3), 4)), list(islice(cycle("ab"), 5)), list(repeat(7, 3)), list(accumulate([1, 2, 3, 4])), list(accumulate([3, 1, 2], max)), list(accumulate([1, 2], initial=10)))
print(list(chain("ab", [1])), list(chain.from_iterable([[1], [2, 3]])), list(compress("abcd", [1, 0, 1, 0])), list(dropwhile(lambda x: x < 3, [1, 5, 2])), list(takewhile(lambda x: x < 3, [1, 5, 2])), list(filterfalse(lambda x: x % 2, range(5))))
print([(k, list(g)) for k, g in groupby("aabbbc")], [(k, sum(g)) for k, g in groupby(range(6), lambda x: x // 3)])
print(list(islice("abcdef", 1, 5, 2)), list(pairwise("abcd")), list(batched("abcdefg", 3)), list(starmap(pow, [(2, 3), (3, 2)])), list(zip_longest("ab", [1], fillvalue="-")))
print(list(permutations("abc", 2)), list(combinations("abcd", 2)), list(combinations_with_replacement("ab", 2)), list(product("ab", [1, 2])), len(list(product(range(3), repeat=3))))
a, b = tee(iter([1, 2, 3]))
print(next(a), list(b), list(a), list(zip(count(), "xy")), list(map(lambda x, y: x + y, count(), [10, 20])))
print(sum(1 for _ in permutations(range(6))), max(combinations(range(5), 3)), list(combinations([1], 2)))
for action in (lambda: islice([], -1), lambda: list(batched("ab", 0)), lambda: next(iter(chain())), lambda: repeat()):
    try:
        print(action())
    except (ValueError, StopIteration, TypeError) as error:
        print(type(error).__name__, error)
