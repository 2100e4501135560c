class __A:
    def __f(self, __a):
        import __b
        return self.__c(__d, __a=__e), __b.__f__
