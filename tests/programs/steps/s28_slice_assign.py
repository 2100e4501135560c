# Slices as targets, del.
a = list(range(6))
a[1:3] = ["x"]
print(a)
del a[0]
print(a, a[::-1], a[::2])
d = {"k": 1}
del d["k"]
print(d)
x = 1
del x
try:
    x
except NameError as error:
    print(error)
