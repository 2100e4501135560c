# Standard output closed by the program, patterns beyond the end, iterators that are entered again.
import collections
import copy
import itertools
import operator
import re
import subprocess
import sys
import weakref

done = subprocess.run([sys.executable, '-c', "import sys\nwith sys.stdout as out: out.write('text')"],
                      capture_output=True, text=True)
print(done.returncode, repr(done.stdout), repr(done.stderr))

blank = re.compile('[ ]*')
for args in (('ab', 5), ('ab', 2), ('ab', 5, 3), ('ab', 2, 1), ('', 1), ('ab', -4)):
    print(args, blank.match(*args), blank.search(*args), blank.fullmatch(*args))


class Again:
    def __init__(self):
        self.tees = ()

    def __iter__(self):
        return self

    def __next__(self):
        return next(self.tees[1])


source = Again()
source.tees = itertools.tee(source)
for _ in range(2):
    try:
        next(source.tees[0])
    except RuntimeError as error:
        print(error)
first, second = itertools.tee(iter(range(3)))
third = copy.copy(second)
print(next(first), list(second), list(first), list(third), weakref.ref(first)() is first)

deque = collections.deque(range(4))
forward, backward = iter(deque), reversed(deque)
next(forward), next(backward)
print(operator.length_hint(forward), operator.length_hint(backward))
deque.append(9)
for iterator in (forward, backward):
    for _ in range(2):
        try:
            next(iterator)
        except (RuntimeError, StopIteration) as error:
            print(repr(error), operator.length_hint(iterator))


class Own(bytes):
    pass


class Gives:
    def __bytes__(self):
        return Own(b'x')


print(type(bytes(Gives())).__name__, type(Own(Gives())).__name__, type(bytes(Own(b'y'))).__name__)
joined = bytearray(b'-')


def growing():
    for _ in range(2):
        try:
            joined.append(1)
        except BufferError as error:
            yield str(error).encode()


print(joined.join(growing()))
joined.append(2)
print(joined)
