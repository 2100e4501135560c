# try, except, finally.
def divide(a, b):
    try:
        return a / b
    except ZeroDivisionError as error:
        print("caught", error)
    finally:
        print("finally")


print(divide(6, 3))
print(divide(1, 0))
try:
    raise ValueError("mine")
except (KeyError, ValueError) as error:
    print(type(error).__name__, error)
else:
    print("not here")
