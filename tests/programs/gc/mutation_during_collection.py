# Old containers that keep getting young objects: what a write barrier must see.
class Holder:
    __slots__ = ("value", "extra")


old_list = [None] * 100
old_dict = {i: None for i in range(100)}
old_holders = [Holder() for _ in range(50)]
for h in old_holders:
    h.value = h.extra = None


class Plain:
    pass


old_objects = [Plain() for _ in range(50)]
garbage = [[i] for i in range(5000)]
garbage = None


def step(i):
    old_list[i % 100] = [i, str(i)]
    old_dict[i % 100] = (i, [i])
    old_holders[i % 50].value = {"i": i}
    old_objects[i % 50].field = [i] * 3
    old_objects[i % 50].late = old_list[(i * 7) % 100]


for i in range(6000):
    step(i)
print(old_list[3], old_dict[99], old_holders[7].value, old_objects[11].field)
print(sum(x[0] for x in old_list), sum(v[1][0] for v in old_dict.values()), sum(h.value["i"] for h in old_holders), sum(o.field[2] for o in old_objects))
cell = None


def closure():
    hidden = [0]

    def set_hidden(v):
        nonlocal hidden
        hidden = v

    def get():
        return hidden

    return set_hidden, get


pairs = [closure() for _ in range(20)]
for i in range(3000):
    pairs[i % 20][0]([i, [i]])
print(sum(get()[1][0] for _, get in pairs))


def gen():
    kept = []
    while True:
        kept = [(yield kept)] + kept[:5]


gens = [gen() for _ in range(10)]
for g in gens:
    next(g)
for i in range(2000):
    last = gens[i % 10].send([i])
print(last)
deque_like = []
for i in range(5000):
    deque_like.insert(0, [i])
    if len(deque_like) > 30:
        deque_like.pop()
print(deque_like[0], deque_like[-1])
swap = [[i] for i in range(64)]
for i in range(5000):
    j = i * 31 % 64
    swap[i % 64], swap[j] = swap[j], [swap[i % 64][0] + 1]
print(sum(s[0] for s in swap))
