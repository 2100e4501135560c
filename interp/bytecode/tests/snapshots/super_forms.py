class A:
    def f(self):
        super().x
        super().m(1)
        super(A, self).m(k=2)
        return __class__
