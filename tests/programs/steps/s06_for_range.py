# for over range.
total = 0
for i in range(10):
    total += i
print(total)
for i in range(2, 10, 3):
    print(i)
for i in range(3, 0, -1):
    print(i)
else:
    print("else")
