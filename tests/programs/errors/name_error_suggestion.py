# A misspelt global: NameError with a suggestion.
counter = 0


def bump():
    return countr + 1


bump()
