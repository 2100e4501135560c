# Attribute access by name, __getattr__, missing attributes.
class A:
    x = 1

    def __getattr__(self, name):
        return name + "?"


a = A()
a.y = 2
print(a.x, a.y, a.z, getattr(a, "x"), hasattr(A, "q"), getattr(A, "q", "default"))
setattr(a, "w", 5)
print(a.w, sorted(a.__dict__))


class B:
    pass


try:
    B().missing
except AttributeError as error:
    print(error)
