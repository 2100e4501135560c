# sys.exit with a number.
import sys

try:
    print("working")
    sys.exit(3)
finally:
    print("finally runs")
