"""Which tuples the collector tracks: those whose items may lead on."""

import gc
a=int("5")
t=(a,"x"); print(gc.is_tracked(t), gc.is_tracked(tuple([1,2])), gc.is_tracked((a,[])), gc.is_tracked(((a,),)), gc.is_tracked((len,)), gc.is_tracked((int,)))
gc.collect(); print(gc.is_tracked(t))
n=((a,a),(a,(a,"s"))); print(gc.is_tracked(n)); gc.collect(); print(gc.is_tracked(n))
print(any(o is n for o in gc.get_objects()), any(o is t for o in gc.get_objects()))
d={1:a}; print(gc.is_tracked(d), gc.is_tracked({}))
print([gc.is_tracked(x) for x in ((), tuple([()]), (1,), (None, "a", 2.5, b"x", 1j, ...), (range(3),), (slice(1),), ([],), ({},), (object(),), (lambda: 0,), (int,))])
