# A call with a missing argument.
class Shape:
    def area(self, width, height):
        return width * height


shape = Shape()
print(shape.area(2, 3))
print(shape.area(2))
