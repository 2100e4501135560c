# A module's name used without importing it.
print(sys.argv)
