# Assignment expressions; unbound and deleted locals.
def f(data):
    if (n := len(data)) > 2:
        return n
    return -n
print(f([1, 2, 3]), f([1]))
def collatz(n):
    return [n] + [n := (3 * n + 1 if n % 2 else n // 2) for _ in iter(lambda: n, 1)]
print(collatz(6))
def early():
    print(later)
    later = 1
def deleted():
    value = 1
    del value
    return value
def conditional(flag):
    if flag:
        bound = "yes"
    return bound
def loop_variable(items):
    for item in items:
        pass
    return item
def handler():
    try:
        raise ValueError("x")
    except ValueError as caught:
        pass
    return caught
def closure_unbound():
    def inner():
        return cell
    result = []
    try:
        inner()
    except NameError as error:
        result.append(str(error))
    cell = 5
    result.append(inner())
    del cell
    try:
        inner()
    except NameError as error:
        result.append(str(error))
    return result
for action in (early, deleted, lambda: conditional(False), lambda: loop_variable([]), handler):
    try:
        print(action())
    except UnboundLocalError as error:
        print(type(error).__name__, error)
print(conditional(True), loop_variable("ab"), closure_unbound())
def redefine():
    x = 1
    del x
    x = 2
    return x
print(redefine())
def delete_twice():
    y = 1
    del y
    del y
try:
    delete_twice()
except UnboundLocalError as error:
    print(error)
def augmented():
    z += 1
try:
    augmented()
except UnboundLocalError as error:
    print(error)
total = 0
def use_global():
    global total, fresh
    total += 5
    fresh = "made"
    del fresh
    fresh = total
use_global()
print(total, fresh, [w := 10, w + 1], w, (lambda: (v := 3) + v)())
print((a := 1, b := 2), a, b)
