# Globals from functions.
count = 0


def bump():
    global count
    count += 1


for _ in range(5):
    bump()
print(count)
limit = 3


def read():
    return limit * 2


print(read())
limit = 10
print(read())
