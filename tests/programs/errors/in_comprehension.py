# An error inside a nested comprehension and a lambda.
table = [[3, 2], [1, 0]]
inverse = lambda n: 6 // n
print([[inverse(n) for n in row] for row in table])
