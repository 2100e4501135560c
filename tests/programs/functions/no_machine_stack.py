# habu: slow
# Loops over every kind of call that an instruction makes in place, on a small machine stack: none may use it up.
import threading


class Base:
    def __init__(self, n):
        self.n = n

    def m(self, n=1):
        return self.n + n


class Box(Base):
    def __init__(self, n):
        super().__init__(n)

    @property
    def p(self):
        return self.n

    @p.setter
    def p(self, v):
        self.n = v

    def __getattr__(self, name):
        return len(name)

    def __getitem__(self, i):
        return i

    def __call__(self, *args, **kw):
        return len(args) + len(kw)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return True

    @classmethod
    def c(cls, n):
        return cls(n)

    @staticmethod
    def s(n):
        return n


class Given:
    def __get__(self, obj, owner):
        return 2

    def __set__(self, obj, v):
        pass


class Hookless:
    d = Given()

    def __init__(self):
        self.a = 1
        self.b = 2.5


def spread(a, *rest, k=1, **kw):
    return a + len(rest) + k + len(kw)


def count(n):
    for i in range(n):
        yield i


def delegate(n):
    yield from count(n)


def loop(n):
    box, other = Box(3), Hookless()
    total = 0
    f = box.m
    for i in range(n):
        box.p = i & 7
        total += box.p + box.missing + box[1] + box() + box(1, x=2) + f() + box.m(2) + box.m(n=3)
        total += Box.c(1).n + box.c(2).n + Box.s(3) + box.s(4)
        other.a = i
        other.d = i
        total += other.a + other.d + (other.b > 2)
        total += spread(1) + spread(1, 2, k=3) + spread(*(1, 2), **{"z": 1})
        with box as b:
            total += b.n
        if i % 4 == 0:
            with box:
                raise ValueError
        try:
            raise KeyError(i)
        except KeyError as e:
            total += e.args[0] & 1
        x, y = [i, 1]
        total += y + int.from_bytes(b"\1", "big") + len(f"{i}{total:d}") % 3
        match (i & 1, i):
            case (0, v):
                total += 1
            case (1, v):
                total += v & 1
    for v in count(n):
        total += v & 1
    for v in delegate(n):
        total += v & 1
    return total


results = []
threading.stack_size(1 << 18)
t = threading.Thread(target=lambda: results.append(loop(30000)))
t.start()
t.join()
print(results)
