# A class with __init__ and methods.
class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def plus(self, other):
        return Point(self.x + other.x, self.y + other.y)

    def show(self):
        print(self.x, self.y)


p = Point(1, 2)
p.show()
p.plus(Point(10, 20)).show()
p.x = 7
print(p.x, p.y)
