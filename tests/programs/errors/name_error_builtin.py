# A misspelt builtin.
print(lenn([1, 2]))
