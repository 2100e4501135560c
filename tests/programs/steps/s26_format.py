# f-strings and %.
name, n, x = "ann", 42, 3.14159
print(f"{name} {n} {x:.2f} {n:5}| {n:05d} {name!r} {n + 1} {name:>6}|{name:<6}|")
print("%s is %d years, %.3f" % (name, n, x))
print("{} and {}".format(name, n))
