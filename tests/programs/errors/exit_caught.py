# SystemExit can be caught, and is not an Exception.
import sys

for value in (None, 0, 5, "text", (1, 2)):
    try:
        sys.exit(value)
    except SystemExit as error:
        print(repr(error.code), error.args)
try:
    try:
        sys.exit(1)
    except Exception:
        print("never")
except BaseException as error:
    print(type(error).__name__)
raise SystemExit
