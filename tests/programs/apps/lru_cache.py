# An LRU cache over a doubly linked list, a trie, and a small event bus.
class Node:
    __slots__ = ("key", "value", "before", "after")


class LRU:
    def __init__(self, size):
        self.size, self.table = size, {}
        self.head, self.tail = Node(), Node()
        self.head.after, self.tail.before = self.tail, self.head
        self.hits = self.misses = 0

    def _unlink(self, node):
        node.before.after, node.after.before = node.after, node.before

    def _front(self, node):
        node.before, node.after = self.head, self.head.after
        node.before.after = node.after.before = node

    def get(self, key, make):
        node = self.table.get(key)
        if node is None:
            self.misses += 1
            if len(self.table) >= self.size:
                old = self.tail.before
                self._unlink(old)
                del self.table[old.key]
            node = Node()
            node.key, node.value = key, make(key)
            self.table[key] = node
        else:
            self.hits += 1
            self._unlink(node)
        self._front(node)
        return node.value

    def __iter__(self):
        node = self.head.after
        while node is not self.tail:
            yield node.key
            node = node.after


cache = LRU(8)
total = 0
for i in range(4000):
    total += cache.get(i * i % 29 + i % 3, lambda k: k * 10)
print(total, cache.hits, cache.misses, list(cache), len(cache.table))


class Trie:
    def __init__(self):
        self.children, self.end = {}, False

    def add(self, word):
        node = self
        for c in word:
            node = node.children.setdefault(c, Trie())
        node.end = True

    def words(self, prefix=""):
        if self.end:
            yield prefix
        for c in sorted(self.children):
            yield from self.children[c].words(prefix + c)

    def find(self, prefix):
        node = self
        for c in prefix:
            if (node := node.children.get(c)) is None:
                return []
        return list(node.words(prefix))


trie = Trie()
for word in "car card care cat dog do done cargo".split():
    trie.add(word)
print(trie.find("car"), trie.find("do"), trie.find("x"), len(trie.find("")))


class Bus:
    def __init__(self):
        self.handlers = {}

    def on(self, event):
        def register(f):
            self.handlers.setdefault(event, []).append(f)
            return f
        return register

    def emit(self, event, *args, **kwargs):
        return [f(*args, **kwargs) for f in self.handlers.get(event, [])]


bus = Bus()


@bus.on("greet")
def hello(name, punctuation="."):
    return f"hello {name}{punctuation}"


@bus.on("greet")
@bus.on("leave")
def bye(name, **kw):
    return f"bye {name} {kw}"


print(bus.emit("greet", "ann", punctuation="!"), bus.emit("leave", "bob"), bus.emit("none"))
