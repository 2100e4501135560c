# habu: slow
# Native objects nested deep, in a thread with its small machine stack: an answer or a RecursionError.
import gc
import itertools
import threading
import types

DEPTH = 20_000


def nested(make, innermost):
    made = innermost
    for _ in range(DEPTH):
        made = make(made)
    return made


def iterators(make):
    return lambda: next(nested(make, iter([1, 2, 3])))


def keep(x):
    return x


CASES = {
    "chain": iterators(lambda it: itertools.chain(it)),
    "chained": iterators(lambda it: itertools.chain.from_iterable([it])),
    "islice": iterators(lambda it: itertools.islice(it, 5)),
    "cycle": iterators(itertools.cycle),
    "takewhile": iterators(lambda it: itertools.takewhile(bool, it)),
    "dropwhile": iterators(lambda it: itertools.dropwhile(lambda x: False, it)),
    "accumulate": iterators(itertools.accumulate),
    "compress": iterators(lambda it: itertools.compress(it, itertools.repeat(1))),
    "filterfalse": iterators(lambda it: itertools.filterfalse(lambda x: False, it)),
    "zip_longest": iterators(itertools.zip_longest),
    "batched": iterators(lambda it: itertools.batched(it, 1)),
    "zip": iterators(zip),
    "map": iterators(lambda it: map(keep, it)),
    "enumerate": iterators(enumerate),
    "hash of slices": lambda: hash(nested(slice, None)),
    "views": lambda: len(nested(types.MappingProxyType, {})),
    "views get": lambda: nested(types.MappingProxyType, {}).get(1),
    "subscripts": lambda: eval("a" + "[0]" * DEPTH, {"a": 1}),
}
for name, case in CASES.items():

    def run():
        try:
            case()
        except (RecursionError, TypeError, MemoryError):
            pass
        print(name, "done")

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
gc.collect()
