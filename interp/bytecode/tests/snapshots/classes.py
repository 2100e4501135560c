class A(B, metaclass=M, **kw):
    """Doc."""
    x = y = 1
    __private = 2
    def f(self, q):
        self.attr = self.__private
        return super().f(q)
    class Inner: pass
    z = [x for _ in y]
