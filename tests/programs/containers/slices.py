# Slices of every shape on several types, and slice objects.
data = list(range(8))
text = "abcdefgh"
bounds = [None, 0, 1, 3, 7, 8, 20, -1, -3, -8, -20]
for step in (None, 1, 2, 3, -1, -2):
    total = 0
    for start in bounds:
        row = []
        for stop in bounds:
            piece = data[start:stop:step]
            assert "".join(text[i] for i in piece) == text[start:stop:step]
            assert tuple(piece) == tuple(data)[start:stop:step]
            assert list(range(8)[start:stop:step]) == piece
            assert list(range(*slice(start, stop, step).indices(8))) == piece
            row.append(len(piece))
            total += sum(piece)
        print(step, start, row)
    print(total)
s = slice(1, 5, 2)
print(s, s.start, s.stop, s.step, data[s], text[s], slice(3), s == slice(1, 5, 2), slice(None).indices(5), slice(5, None, -1).indices(3))


class Show:
    def __getitem__(self, key):
        return key


show = Show()
print(show[1], show[1:2], show[:], show[::2], show[1:2, 3], show[..., None], show[()], show[-1:], show[1, 2:3, ::4], show[*[1, 2]])
r = range(2, 20, 3)
print(r, r[1], r[-1], r[1:3], r[::-1], len(r), 5 in r, 6 in r, r.index(8), r.count(8), r == range(2, 18, 3), list(reversed(r)), range(0), bool(range(0)))
print(range(10 ** 20, 10 ** 20 + 3)[1], list(range(5, 0, -2)), range(1, 10)[2:-2], hash(range(3)) == hash(range(0, 3)), range(0, 3, 2) == range(0, 4, 2), len(range(-5, 5)))
for action in (lambda: data[::0], lambda: data[1.5:], lambda: text["a":], lambda: range(5)[9], lambda: slice(), lambda: range(1, 2, 3, 4)):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)
