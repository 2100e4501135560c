# habu: gc=997
# Handlers in hot functions: what raises, what is restored, what tracebacks and frame objects show meanwhile.
import sys


def lookups(table, n):
    hits = misses = 0
    for i in range(n):
        try:
            hits += table[i % 7]
        except KeyError as e:
            misses += e.args[0]
        else:
            hits += 1
        finally:
            misses += 1
    return hits, misses, sys.exception()


print(lookups({0: 1, 1: 2, 2: 3, 5: 8}, 9000))


class Odd(Exception):
    def __init__(self, n):
        super().__init__(n)
        self.n = n


def leaf(n):
    if n % 3 == 0:
        raise Odd(n)
    return n


def middle(n):
    try:
        return leaf(n)
    finally:
        n += 1


def through(n):
    total = 0
    for i in range(n):
        try:
            total += middle(i)
        except Odd as e:
            total -= e.n
    return total


print(through(9000))


def nested(n):
    log = [0] * 6
    for i in range(n):
        try:
            log[0] += 1
            try:
                if i % 4 == 1:
                    raise ValueError(i)
                if i % 4 == 2:
                    raise KeyError(i) from TypeError("cause")
                if i % 4 == 3:
                    {}[i]
            except ValueError:
                log[1] += sys.exception().args[0]
                raise
            except LookupError as e:
                log[2] += e.args[0]
                if e.__cause__ is not None:
                    raise Odd(i)
        except ValueError as e:
            log[3] += e.args[0]
        except Odd as e:
            log[4] += isinstance(e.__context__, KeyError)
            continue
        log[5] += 1
    return log, sys.exception()


print(nested(8000))


def kinds_change(values):
    "Checks of types fail inside of try, and what raised before does no more."
    total, bad = 0, []
    for v in values:
        try:
            total += 10 // v
        except ZeroDivisionError:
            total += 1
        except TypeError as e:
            bad.append(str(e))
    return total, len(bad), bad[:1]


print(kinds_change([1, 2, 0, 5] * 2000 + [2.5, 0.0] * 1000 + ["x", None] * 100 + [True, 2**70] * 500))


def early(n):
    for i in range(n):
        try:
            if i % 2:
                return i
            [][i]
        except IndexError:
            if i > 5:
                break
            continue
        finally:
            i += 1
    return "end"


print([early(k % 9) for k in range(4000)][:9])


class Manager:
    def __init__(self, swallow):
        self.swallow, self.log = swallow, [0, 0, 0]

    def __enter__(self):
        self.log[0] += 1
        return self.log

    def __exit__(self, kind, value, tb):
        self.log[1] += 1
        self.log[2] += kind is not None and tb.tb_lineno > 0
        return kind is not None and issubclass(kind, self.swallow)


def managed(manager, other, n):
    passed = 0
    for i in range(n):
        try:
            with manager as log, other:
                if i % 3 == 0:
                    raise KeyError(i)
                if i % 5 == 0:
                    raise ValueError(i)
                log[0] += 1
        except ValueError:
            passed += 1
    return passed, manager.log, other.log


print(managed(Manager(KeyError), Manager(()), 6000))
print(managed(Manager(Exception), Manager(KeyError), 6000))


class Slow(Manager):
    pass


print(managed(Slow(KeyError), Manager(()), 3000))


def lines(n):
    seen = {}
    for i in range(n):
        try:
            if i % 2:
                leaf(i * 3)
            else:
                int("x")
        except Exception as e:
            tb, at = e.__traceback__, []
            while tb is not None:
                at.append((tb.tb_frame.f_code.co_name, tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno))
                tb = tb.tb_next
            seen[tuple(at)] = seen.get(tuple(at), 0) + 1
    return seen


print(lines(6000))


def kept(n):
    "A frame that an exception has shown: its variables go on, and are there when it has ended."
    frames = []
    x = 0
    for i in range(n):
        x = i * 2
        try:
            [].pop()
        except IndexError as e:
            if i % 1500 == 0:
                frames.append(e.__traceback__.tb_frame)
                frames[-1].f_locals["x"] = -i
                total = x
            y = x
    last = float(n)
    return frames, y


frames, y = kept(6000)
f = frames[-1]
print(y, [g is f for g in frames], f.f_locals["x"], f.f_locals["total"], f.f_locals["last"], f.f_locals["i"])
print(f.f_lineno - f.f_code.co_firstlineno, f.f_back is None)


def later(n):
    "A frame that was shown before its loop went native."
    frames = []
    try:
        [][n]
    except IndexError as e:
        frames.append(e.__traceback__.tb_frame)
    x = 0
    for i in range(n):
        x += i
    done = x
    return frames


f = later(9000)[0]
print(f.f_locals["x"], f.f_locals["done"], f.f_locals["i"])


def called(n):
    try:
        return {1: 2}[n]
    except KeyError as e:
        keep.append(e)
        del keep[:-1]
        return -n


def caller(n):
    total = 0
    for i in range(n):
        total += called(i % 3)
    return total


keep = []
print(caller(9000), keep[0].__traceback__.tb_frame.f_locals["n"], keep[0].__traceback__.tb_next)


def rebound(n):
    global leaf
    old, total = leaf, 0
    for i in range(n):
        try:
            total += leaf(i)
        except Odd:
            if i == 4500:
                leaf = lambda n: n // 0
        except ZeroDivisionError:
            total += 3
            if i == 7500:
                leaf = old
    return total


print(rebound(9000))


def deep(n):
    try:
        return deep(n - 1) + 1 if n else [][0]
    except IndexError:
        if n % 2:
            raise
        return n


print([deep(k % 20) for k in range(600)][:20])


def gen(n):
    i = 0
    while True:
        try:
            sent = yield i
            i += 1 if sent is None else sent
        except ValueError as e:
            i -= e.args[0]
        except GeneratorExit:
            closed.append(i)
            return


closed = []


def drive(n):
    total = 0
    g = gen(n)
    next(g)
    for i in range(n):
        if i % 3 == 0:
            total += g.throw(ValueError(1))
        elif i % 3 == 1:
            total += g.send(2)
        else:
            total += next(g)
        if i % 1000 == 999:
            g.close()
            try:
                next(g)
            except StopIteration as e:
                total += e.value is None
            g = gen(n)
            for x in g:
                total += x
                if x > 5:
                    break
    g.close()
    return total, closed


print(drive(6000))


def bare(n):
    count = 0
    for i in range(n):
        try:
            try:
                raise Odd(i)
            except Odd:
                raise
        except Odd as e:
            count += e.__context__ is None and e.n == i
    try:
        raise
    except RuntimeError as e:
        print(e)
    return count


print(bare(6000))


def groups(n):
    seen = [0, 0]
    for i in range(n):
        try:
            raise ExceptionGroup("g", [ValueError(i), KeyError(i)])
        except* ValueError as e:
            seen[0] += len(e.exceptions)
        except* KeyError as e:
            seen[1] += e.exceptions[0].args[0]
    return seen


print(groups(2500))
