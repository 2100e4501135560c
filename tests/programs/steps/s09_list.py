# Lists: display, index, store, append, len, iteration.
items = [3, 1, 2]
print(items, items[0], items[-1], len(items))
items[1] = 10
items.append(4)
print(items, 10 in items, 7 in items)
total = 0
for item in items:
    total += item
print(total, items + [5], items * 2, items[1:3])
