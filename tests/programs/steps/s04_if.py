# if, elif, else.
for n in (-1, 0, 1, 50):
    if n < 0:
        print(n, "negative")
    elif n == 0:
        print(n, "zero")
    elif n < 10:
        print(n, "small")
    else:
        print(n, "big")
print("even" if 4 % 2 == 0 else "odd")
