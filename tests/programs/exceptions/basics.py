# try, except, else, finally: every path.
def attempt(action):
    log = []
    try:
        log.append("try")
        result = action()
        log.append("ok")
    except ZeroDivisionError as error:
        log.append(f"zero {error}")
        result = None
    except (KeyError, IndexError) as error:
        log.append(f"lookup {type(error).__name__} {error}")
        result = None
    except Exception as error:
        log.append(f"other {error!r}")
        result = None
    else:
        log.append("else")
    finally:
        log.append("finally")
    return result, log
for action in (lambda: 1, lambda: 1 / 0, lambda: {}["k"], lambda: [][1], lambda: int("x"), lambda: None.x):
    print(attempt(action))
def returns():
    try:
        return "try"
    finally:
        print("finally runs")
def nested():
    try:
        try:
            raise ValueError("inner")
        except KeyError:
            print("wrong")
        finally:
            print("inner finally")
    except ValueError as error:
        print("outer", error)
        try:
            raise TypeError("second") from error
        except TypeError as e:
            print(e, repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
    return "nested"
def loop():
    out = []
    for i in range(5):
        try:
            if i == 1:
                continue
            if i == 3:
                break
            out.append(i)
        finally:
            out.append(f"f{i}")
    return out
def reraise():
    try:
        try:
            raise ValueError("again")
        except ValueError:
            raise
    except ValueError as error:
        return str(error)
def finally_raises():
    try:
        try:
            raise ValueError("lost")
        finally:
            raise KeyError("wins")
    except KeyError as error:
        return repr(error), repr(error.__context__)
def else_raises():
    try:
        try:
            pass
        except ValueError:
            return "no"
        else:
            raise ValueError("from else")
    except ValueError as error:
        return str(error)
print(returns(), nested(), loop(), reraise(), finally_raises(), else_raises())
try:
    raise
except RuntimeError as error:
    print(error)
for thing in (5, "text", int, None):
    try:
        raise thing
    except TypeError as error:
        print(error)
try:
    raise ValueError
except ValueError as error:
    print(repr(error), error.args)
try:
    try:
        1 / 0
    except "not a class":
        pass
except TypeError as error:
    print(error)
print(repr(ValueError(1, "two")), str(ValueError(1, "two")), str(ValueError()), str(KeyError("k")), repr(KeyError("k")), ValueError("a").args, str(OSError(2, "No such file")), OSError(2, "x", "f").filename)
