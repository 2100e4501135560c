# UnboundLocalError and conditional binding.
def f(flag):
    if flag:
        x = 1
    return x


print(f(True))
try:
    f(False)
except UnboundLocalError as error:
    print(error)
