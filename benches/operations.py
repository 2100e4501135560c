"""Times single operations of the built-in types: nanoseconds for each, the least of several runs.

    habu benches/operations.py [seconds for each operation] [part of a name]

Prints one line an operation, `name<TAB>ns`. With `--table FILE...` it joins such outputs of several interpreters, the
first of them CPython's, to the table of docs/benchmarks.md.
"""
import sys
import time

SETUP = """
import struct
from collections import deque, namedtuple
from heapq import heappush, heappop
from dataclasses import dataclass, replace
text = 'The quick brown fox, jumped over 13 lazy dogs'
words = text.split()
word = 'quick,'
long = text * 40
n = 12345
x = 3.25
ints = list(range(100))
shuffled = [i * 37 % 101 for i in range(100)]
pairs = [(i * 37 % 101, str(i)) for i in range(100)]
d = {i: i for i in range(100)}
sd = {w: 1 for w in words}
s = set(range(100))
t = set(range(50, 150))
class P:
    def __init__(self, x, y):
        self.x = x
        self.y = y
class E(Exception):
    pass
@dataclass
class D:
    x: int
    y: int
@dataclass(order=True)
class O:
    x: int
    y: int = 0
@dataclass(frozen=True)
class F:
    name: str
    n: int
N = namedtuple('N', 'x y')
dc = D(1, 2)
old, new = O(1, 2), O(1, 3)
frozen = F('k', 1)
c = 'q'
ba = bytearray(range(256))
raw = bytes(ba)
view = memoryview(raw)
records = struct.Struct('<IHhd')
packets = records.pack(1, 2, 3, 4.0) * 50
fib = 3 ** 600
digits = str(fib)
prime = (1 << 127) - 1
p = P(1, 2)
nt = N(1, 2)
packed = struct.pack('<iHd', 1, 2, 3.0)
queue = deque(range(10))
heap = list(range(50))
def gen(n):
    for i in range(n):
        yield i
async def co():
    return 1
async def outer():
    return await co()
def run(c):
    try:
        c.send(None)
    except StopIteration as e:
        return e.value
def kw(a, b=1, *, c=2):
    return a
def star(*a, **k):
    return a
kwargs = {'b': 3}
"""

OPERATIONS = """
str.split            text.split()
str.split(sep)       text.split(' ')
str.join             '-'.join(words)
str.replace          text.replace('lazy', 'busy')
str.find             text.find('lazy')
str.strip            word.strip(',')
str.lower            text.lower()
str.startswith       word.startswith('qu')
str.endswith         word.endswith(',')
str.startswith(pos)  text.startswith('fox', 16)
str.index(pos)       text.index('o', 20)
str.rfind            text.rfind('over')
str.upper            text.upper()
str.isdigit          word.isdigit()
str.isalpha          c.isalpha()
str.count            long.count('fox')
str slice            text[4:9]
str reversed         word[::-1]
str index            text[7]
str char < <         '0' <= c <= '9'
str char in          c in '0123456789.'
ord                  ord(c)
chr                  chr(n)
str ==               word == 'quick.'
str +                word + text
str in               'lazy' in text
str iterate          [c for c in word]
str(int)             str(n)
int(str)             int('12345')
f-string             f'{n} {word}'
f-string spec        f'{x:.2f}'
%-format             '%d %s' % (n, word)
%05d                 '%05d|%s' % (n, word)
str.format           '{} {}'.format(n, word)
str.format spec      '{0}-{1!r:>4}'.format(word, 7)
float(str)           float('12.5')
repr(float)          repr(x)
dict[int]            d[50]
dict[str]            sd['quick']
dict store           d[50] = n
dict.get             d.get(500)
int in dict          50 in d
dict literal         {'a': 1, 'b': 2, 'c': 3}
dict items           [k for k, v in d.items()]
dict comprehension   {k: v for k, v in pairs}
dict copy            d.copy()
dict pop, store      d.pop(50, None); d[50] = n
dict {**}            {**sd, **sd}
dict values          sum(d.values())
int in set           50 in s
set add              s.add(50)
set |                s | t
set &                s & t
set -                s - t
set ^                s ^ t
set of range         set(range(100))
frozenset            frozenset((n, 7))
set comprehension    {i for i in ints}
list literal         [n, n, n]
list comprehension   [i + 1 for i in ints]
list append/pop      ints.append(1); ints.pop()
list slice           ints[10:20]
list copy            ints[:]
list sum             sum(ints)
list sorted          sorted(shuffled)
list sorted key      sorted(pairs, key=lambda p: p[0])
list sort tuples     sorted(pairs)
list reversed        list(reversed(ints))
list enumerate       [i for i, v in enumerate(ints)]
list zip             [a for a, b in zip(ints, ints)]
list map             list(map(str, ints))
max(list)            max(shuffled)
tuple unpack         a, b, c = (n, n, n)
list insert, del     ints.insert(5, n); del ints[5]
list index           ints.index(90)
list [::2]           ints[::2]
list reverse         ints.reverse()
list swap            ints[1], ints[2] = ints[2], ints[1]
tuple ==             (n, word) == (n, word)
instance             P(1, 2)
dataclass            D(1, 2)
dataclass frozen     F('k', 1)
dataclass ==         old == new
dataclass <          old < new
dataclass hash       hash(frozen)
dataclass replace    replace(old, y=5)
dataclass repr       repr(old)
namedtuple           N(1, 2)
attribute            p.x
namedtuple.x         nt.x
store attribute      p.x = n
isinstance           isinstance(p, P)
len                  len(ints)
call keyword         kw(1, b=2)
call *args           star(1, 2)
call **kwargs        kw(1, **kwargs)
generator            [i for i in gen(100)]
sum(generator)       sum(i for i in ints)
coroutine            run(outer())
try/raise            {raise}
with                 {with}
struct.pack          struct.pack('<iHd', 1, 2, 3.0)
struct.unpack        struct.unpack('<iHd', packed)
Struct.iter_unpack   [a for a, b, c, d in records.iter_unpack(packets)]
int.to_bytes         n.to_bytes(4, 'little')
int.from_bytes       int.from_bytes(raw[:4], 'big')
bytearray[i]         ba[7]
bytearray[i] =       ba[7] = 8
bytearray append     ba.append(1); ba.pop()
bytearray find       ba.find(b'abc')
bytearray hex        ba.hex()
bytes(bytearray)     bytes(ba)
bytes iterate        [b for b in raw]
memoryview sum       sum(view[10:200:3])
deque                queue.append(1); queue.popleft()
heap                 heappush(heap, 25); heappop(heap)
int *                n * n
float *              x * x
big int *            big * big
big int + big        fib + fib
big int * small      fib * n
big int % small      fib % 1000003
big int >>           fib >> 61
big int divmod       divmod(fib, prime)
big int pow mod      pow(7, prime - 2, prime)
str(big int)         str(fib)
int(big text)        int(digits)
"""

BLOCKS = {
    "{raise}": "try:\n            raise E(1)\n        except E:\n            pass",
    "{with}": "with guard:\n            pass",
}
EXTRA = """
class Guard:
    def __enter__(self):
        return self
    def __exit__(self, *args):
        return None
guard = Guard()
big = 3 ** 400
"""


def operations():
    for line in OPERATIONS.strip().splitlines():
        name, code = line[:21].strip(), line[21:].strip()
        yield name, BLOCKS.get(code, code)


def measure(code, budget):
    """Least time of one operation on local variables, with that of an empty loop taken off."""
    space = {}
    exec(SETUP + EXTRA, space)
    del space["__builtins__"]
    body = "def f(times, %s):\n    for _ in range(times):\n        %%s\n" % ", ".join(space)
    values = tuple(space.values())
    operation, empty = (function(body % text, values) for text in (code, "pass"))
    times = 100
    clock = time.process_time
    end = clock() + budget
    while True:
        begin = clock()
        operation(times)
        took = clock() - begin
        if took > 0.004:
            break
        times *= 2
    best = took
    while clock() < end:
        begin = clock()
        operation(times)
        best = min(best, clock() - begin)
    idle = min(timed(clock, empty, times) for _ in range(5))
    return max(best - idle, 0.0) / times * 1e9


def function(source, values):
    space = {}
    # A function of this module: what it takes from `builtins` is found as in any program.
    exec(source, globals(), space)
    f = space["f"]
    return lambda times: f(times, *values)


def timed(clock, f, times):
    begin = clock()
    f(times)
    return clock() - begin


def table(files):
    columns = []
    for file in files:
        with open(file) as lines:
            columns.append(dict(line.rstrip("\n").split("\t") for line in lines if "\t" in line))
    names = [file.rsplit("/", 1)[-1].rsplit(".", 1)[0] for file in files]
    print("| Operation | " + " | ".join([names[0] + ", ns"] + [name + ", x" for name in names[1:]]) + " |")
    print("|" + " --- |" * (len(names) + 1))
    for name in columns[0]:
        base = float(columns[0][name])
        ratios = [base / max(float(column[name]), 0.01) for column in columns[1:]]
        shown = [">100" if r > 100 else "%.0f" % r if r >= 10 else "%.1f" % r for r in ratios]
        print("| %s | %.0f | %s |" % (name.replace("|", "\\|"), base, " | ".join(shown)))


def main(args):
    if args[:1] == ["--table"]:
        return table(args[1:])
    budget = float(args[0]) if args else 0.1
    wanted = args[1] if len(args) > 1 else ""
    for name, code in operations():
        if wanted in name:
            print("%s\t%.2f" % (name, measure(code, budget)), flush=True)


main(sys.argv[1:])
