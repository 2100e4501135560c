# The first step: constants and print.
print("hello")
print(42)
print(-7, 2.5, True, None)
print()
print("a", "b", sep="-", end="!\n")
