# Raised deep in hot callees, caught in the caller's loop.
def deepest(i):
    if i % 1000 == 999:
        raise ValueError(i)
    return i


def deeper(i):
    return deepest(i) + 1


def deep(i):
    return deeper(i) + 1


def loop(n):
    total = 0
    caught = []
    for i in range(n):
        try:
            total += deep(i)
        except ValueError as error:
            caught.append(error.args[0])
            total -= 1
    return total, caught


print(loop(6000))


def every_time(n):
    count = 0
    for i in range(n):
        try:
            raise KeyError(i)
        except KeyError as error:
            count += error.args[0] & 1
        finally:
            count += 1
    return count


print(every_time(6000))


def builtin_error(n):
    zero = overflow = lookup = 0
    d = {0: 1}
    for i in range(n):
        try:
            try:
                1 // (i % 7)
                d[i % 5]
            except KeyError:
                lookup += 1
                raise ZeroDivisionError
        except ZeroDivisionError:
            zero += 1
    return zero, lookup


print(builtin_error(7000))


def state_after(n):
    a = b = c = 0
    try:
        for i in range(n):
            a += 1
            b += a
            if i == n - 5:
                c = deepest(999)
            c += 1
    except ValueError as error:
        return a, b, c, error.args
    return "no"


print(state_after(5000))


def nested(n):
    log = []
    for i in range(n):
        try:
            for j in range(3):
                try:
                    if i % 2000 == 1999 and j == 1:
                        raise IndexError("inner")
                finally:
                    if j == 2 and i % 2500 == 2499:
                        log.append(("finally", i, j))
        except IndexError:
            log.append(("outer", i, j))
    return log


print(nested(8000))


def reraise(n):
    out = 0
    for i in range(n):
        try:
            try:
                if i % 2:
                    raise ValueError("x")
                out += 1
            except ValueError as error:
                error.extra = i
                raise
        except ValueError as error:
            out += error.extra
    return out


print(reraise(5000))
