# `super` whose receiver is a class: `__new__`, class methods, plain functions, and what changes meanwhile.
import os


class A:
    def __new__(cls, *args, tag=None):
        self = super().__new__(cls)
        self.made = ('A', cls.__name__, args, tag)
        return self

    @classmethod
    def make(cls):
        return ('A.make', cls.__name__)

    @staticmethod
    def fixed(x):
        return ('A.fixed', x)

    def plain(self):
        return ('A.plain', self if isinstance(self, type) else type(self).__name__)

    value = 'A.value'


class B(A):
    def __new__(cls, *args):
        self = super(B, cls).__new__(cls, *args, tag='b')
        return self

    @classmethod
    def make(cls):
        return ('B.make',) + super().make()

    @classmethod
    def rest(cls):
        return super().fixed(1), super().plain('x'), super().value, super(B, cls).make()


class C(B):
    pass


class D(int):
    def __new__(cls, x):
        return super().__new__(cls, x)


class E(D):
    def __new__(cls, x):
        return super().__new__(cls, x + 1)


def rounds(what):
    print([what() for _ in range(3)])


rounds(lambda: A(1).made)
rounds(lambda: B(2).made)
rounds(lambda: C(3).made)
rounds(lambda: (B.make(), C.make(), B().make(), C().rest()))
rounds(lambda: (D(5), E(5), type(E(5)).__name__))
for _ in range(3):
    print([cls(0).made for cls in (A, B, C)], [cls(1) for cls in (D, E)])

# The base class gets other methods.
old = A.__new__
A.__new__ = staticmethod(lambda cls, *args, tag=None: ('patched', cls.__name__, args, tag))
rounds(lambda: (A(1), B(2), C(3)))
A.__new__ = old
rounds(lambda: (A(1).made, B(2).made, C(3).made))
A.make = classmethod(lambda cls: ('other make',))
rounds(lambda: (B.make(), C.make()))


class Mixin:
    def __new__(cls, *args, tag=None):
        print('mixin', cls.__name__)
        return super().__new__(cls, *args, tag=tag)


class F(B, Mixin, A):
    pass


rounds(lambda: (F(4).made, B(4).made))


class Meta(type):
    def __new__(meta, name, bases, namespace):
        cls = super().__new__(meta, name, bases, namespace)
        cls.by = meta.__name__
        return cls

    def __call__(cls, *args):
        return ('called', super().__call__(*args).x)

    def who(cls):
        return ('Meta.who', cls.__name__)


class SubMeta(Meta):
    def who(cls):
        return ('SubMeta.who', super().who())

    @classmethod
    def of_meta(meta):
        return super().__new__.__name__, super().__name__ if hasattr(super(), '__name__') else None


class G(metaclass=SubMeta):
    x = 1

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        print('subclass', cls.__name__)


class H(G):
    x = 2


rounds(lambda: (G(), H(), G.who(), H.who(), G.by, H.by))

for wrong in (lambda: super(B, A).make(), lambda: super(B, 3).make(), lambda: super(B, C).missing, lambda: super(3, C).x):
    for _ in range(2):
        try:
            print(wrong())
        except (TypeError, AttributeError) as e:
            print(type(e).__name__, e)
print(super(B, C).__class__, super(A, A).__new__ is object.__new__, super(B, C).fixed(2), super(B, C()).plain())

# Attributes of results that are not items.
for _ in range(3):
    st = os.stat(os.curdir)
    print(len(st), st.st_size == st[6], int(st.st_mtime) == st[8], st.st_mtime_ns // 10**9 == st[8], st.st_blksize > 0)
print(int(), float(), str() == '', bool())
