# Module gc: what can be asked of the collector.
import gc

class Node:
    pass

print(gc.isenabled(), gc.disable(), gc.isenabled(), gc.enable(), gc.isenabled())
print(gc.garbage, gc.callbacks, gc.get_debug(), len(gc.get_threshold()), len(gc.get_count()))
print([sorted(s) for s in gc.get_stats()] == [["collected", "collections", "uncollectable"]] * 3)
gc.set_threshold(500, 5)
print(gc.get_threshold()[:2])
for bad in (-1, 3):
    try:
        gc.collect(bad)
    except ValueError as e:
        print(e)
tracked = [[], {}, set(), Node, Node(), print, lambda: 0, ([],), iter([])]
print([gc.is_tracked(x) for x in tracked], [gc.is_tracked(x) for x in (1, 1.5, "a", b"b", None, True, (), 2**100)])
node, holder, table = Node(), [], {}
holder.append(node)
table["key"] = node
node.attribute = holder
referrers = gc.get_referrers(node)
print(any(x is holder for x in referrers), any(x is table for x in referrers), any(x is referrers for x in referrers))
print(any(x is node for x in gc.get_referents(holder)), sorted(map(str, gc.get_referents({"a": 1}, ["b"]))))
print(any(x is node for x in gc.get_objects()), any(x is holder for x in gc.get_objects(generation=None)))
log = []
gc.callbacks.append(lambda phase, info: log.append((phase, sorted(info))))
gc.collect()
gc.callbacks.clear()
print(log)
while gc.collect():
    pass
print(gc.freeze(), gc.get_freeze_count() > 100, gc.unfreeze(), gc.get_freeze_count())
gc.set_debug(gc.DEBUG_UNCOLLECTABLE)
print(gc.get_debug() == gc.DEBUG_UNCOLLECTABLE, gc.DEBUG_LEAK, gc.DEBUG_STATS | gc.DEBUG_COLLECTABLE | gc.DEBUG_SAVEALL)
gc.set_debug(0)
saved = []
class Phoenix:
    def __del__(self):
        saved.append(self)
def burn():
    Phoenix()
burn()
gc.collect()
print(gc.is_finalized(saved[0]), gc.is_finalized(Phoenix()), gc.is_finalized(node))
