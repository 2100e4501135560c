# UnboundLocalError and `del` in hot functions.
def sometimes(i):
    if i % 1000 != 999:
        value = i
    return value


def loop(n):
    total, errors = 0, []
    for i in range(n):
        try:
            total += sometimes(i)
        except UnboundLocalError as error:
            errors.append((i, str(error)))
    return total, errors


print(loop(4000))


def deleting(n):
    out = 0
    for i in range(n):
        x = i
        out += x
        if i % 2:
            del x
        try:
            out += x
        except UnboundLocalError:
            out -= 1
    return out


print(deleting(6000))


def delete_at_end(n):
    x = 0
    for i in range(n):
        x += i
        if i == n - 2:
            saved = x
            del x
    return x


try:
    delete_at_end(5000)
except UnboundLocalError as error:
    print(error)


def loop_variable_deleted(n):
    for i in range(n):
        last = i
        del i
    try:
        return i
    except UnboundLocalError as error:
        return str(error), last


print(loop_variable_deleted(4000))


def exception_name(n):
    kept = 0
    for i in range(n):
        try:
            if i % 2:
                raise ValueError(i)
        except ValueError as e:
            kept += 1
        try:
            e
        except UnboundLocalError:
            kept += 1
    return kept


print(exception_name(4000))


def zero_iterations(items):
    for item in items:
        pass
    return item


errors = 0
for k in range(4000):
    try:
        zero_iterations([1] * (k % 3))
    except UnboundLocalError:
        errors += 1
print(errors)


def cells(n):
    def read():
        return c

    count = 0
    for i in range(n):
        c = i
        count += read() & 1
        del c
        try:
            read()
        except NameError:
            count += 1
    return count


print(cells(3000))
g_total = 0
for i in range(5000):
    temporary = i
    g_total += temporary
    del temporary
    try:
        temporary
    except NameError:
        g_total += 1
print(g_total)
