"""The line that a frame keeps after it has returned, from within handlers and with statements too."""

import sys
def f(n):
    try:
        if n: 1/0
        return 5
    except ZeroDivisionError:
        x = 1
        return 7
    finally:
        pass
frames=[]
def g(n):
    frames.append(sys._getframe())
    try:
        if n: 1/0
    except ZeroDivisionError:
        return 7
    return 8
g(0); g(1)
for fr in frames: print(fr.f_lineno - fr.f_code.co_firstlineno)
def w():
    frames.append(sys._getframe())
    for i in range(3):
        with open("/dev/null"):
            return 3
frames.clear(); w(); print(frames[0].f_lineno - w.__code__.co_firstlineno)
