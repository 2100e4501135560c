# sys.exit with a text prints it to standard error and exits with 1.
import sys


def stop():
    sys.exit("something went wrong")


stop()
