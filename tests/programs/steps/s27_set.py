# Sets.
s = {1, 2, 3}
s.add(2)
s.add(4)
print(len(s), 2 in s, 9 in s, sorted(s), sorted(s | {9}), sorted(s & {1, 2}), sorted(s - {1}))
