# An error while a class body runs.
class Broken:
    fine = 1
    bad = fine / 0
