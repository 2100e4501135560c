# A round-robin scheduler and a pipeline made of generators.
class Scheduler:
    def __init__(self):
        self.ready = []
        self.trace = []
    def spawn(self, name, task):
        self.ready.append((name, task, None))
    def run(self):
        while self.ready:
            name, task, value = self.ready.pop(0)
            try:
                request = task.send(value)
            except StopIteration as stop:
                self.trace.append(f"{name} returned {stop.value}")
                continue
            kind, *rest = request
            if kind == "spawn":
                self.spawn(*rest)
                self.ready.append((name, task, "spawned"))
            elif kind == "work":
                self.trace.append(f"{name} works on {rest[0]}")
                self.ready.append((name, task, rest[0] * 2))
def worker(n):
    total = 0
    for i in range(n):
        total += yield ("work", i)
    return total
def boss():
    answer = yield ("spawn", "child", worker(2))
    result = yield from worker(3)
    return answer, result
s = Scheduler()
s.spawn("boss", boss())
s.spawn("solo", worker(4))
s.run()
for line in s.trace:
    print(line)
def coroutine(function):
    def start(*args):
        g = function(*args)
        next(g)
        return g
    return start
@coroutine
def printer(out):
    while True:
        out.append((yield))
@coroutine
def grep(pattern, target):
    while True:
        line = yield
        if pattern in line:
            target.send(line)
@coroutine
def broadcast(*targets):
    while True:
        item = yield
        for target in targets:
            target.send(item)
a, b = [], []
sink = broadcast(grep("py", printer(a)), grep("th", printer(b)))
for line in ["python", "rust", "pypy", "thread"]:
    sink.send(line)
print(a, b)
