# Sorting.
a = [3, 1, 2]
a.sort()
print(a, sorted("banana"), sorted([3, 1], reverse=True), sorted(["bb", "a"], key=len), max(a), min(a), sum(a))
print(list(reversed(a)), list(enumerate("ab")), list(zip([1, 2], "xy")), list(map(str, a)), any([0, 1]), all([]))
