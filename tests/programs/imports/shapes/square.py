SCALE = 1


def area(side):
    return side * side * SCALE


def side_of(area):
    return area ** 0.5
