"""Does not parse."""
value = (1,
    2
other = 3
