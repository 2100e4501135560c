# property, staticmethod, classmethod.
class C:
    def __init__(self):
        self._v = 1

    @property
    def v(self):
        return self._v

    @v.setter
    def v(self, value):
        self._v = value * 10

    @staticmethod
    def s(x):
        return x + 1

    @classmethod
    def k(cls):
        return cls.__name__


c = C()
c.v = 5
print(c.v, c.s(1), C.s(2), c.k(), C.k())
