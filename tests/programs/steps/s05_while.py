# while, break, continue.
i = total = 0
while i < 10:
    i += 1
    if i == 3:
        continue
    if i == 8:
        break
    total += i
print(i, total)
while i:
    i -= 1
else:
    print("done", i)
