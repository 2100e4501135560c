# __del__: called once for each object, in no promised order; resurrection.
import gc

log = []


class Thing:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        log.append(self.name)


def make(names):
    for name in names:
        Thing(name)


def make_cycle(name):
    a, b = Thing(name + "1"), Thing(name + "2")
    a.other, b.other = b, a


def churn():
    return [[i] for i in range(200)]


make("abc")
make_cycle("x")
churn()
gc.collect()
print(sorted(log))
log.clear()
saved = []


class Phoenix:
    def __del__(self):
        saved.append(self)
        log.append("phoenix")


def burn():
    Phoenix()


burn()
churn()
gc.collect()
print(len(saved), log)
saved.clear()
churn()
gc.collect()
print(len(saved), log)
log.clear()


class Failing:
    def __del__(self):
        log.append("failing")


def many(n):
    for i in range(n):
        Thing(i)


many(100)
churn()
gc.collect()
print(len(log), sum(log))
log.clear()


class Chain:
    def __init__(self, n):
        self.next = Chain(n - 1) if n else None

    def __del__(self):
        log.append("chain")


def chain():
    Chain(30)


chain()
churn()
for _ in range(40):
    gc.collect()
print(len(log))
kept = Thing("kept")
log.clear()
gc.collect()
print(log, gc.isenabled(), gc.collect() >= 0)
log.append("at exit the kept one may be finalized, silently")
print(log)
