def f():
    try:
        try:
            a()
        except E as e:
            raise F from e
        finally:
            b()
    except F:
        pass
