# A discrete-event simulation with processes as generators and an own priority queue.
class Queue:
    def __init__(self):
        self.items, self.counter = [], 0

    def push(self, time, payload):
        self.counter += 1
        entry = (time, self.counter, payload)
        low, high = 0, len(self.items)
        while low < high:
            middle = (low + high) // 2
            if self.items[middle][:2] < entry[:2]:
                low = middle + 1
            else:
                high = middle
        self.items.insert(low, entry)

    def pop(self):
        return self.items.pop(0)

    def __bool__(self):
        return bool(self.items)


class Resource:
    def __init__(self, capacity):
        self.free, self.waiting, self.used = capacity, [], 0


class Simulation:
    def __init__(self):
        self.now, self.queue, self.log = 0, Queue(), []

    def start(self, process):
        self.queue.push(self.now, (process, None))

    def run(self):
        steps = 0
        while self.queue:
            self.now, _, (process, value) = self.queue.pop()
            steps += 1
            try:
                request = process.send(value)
            except StopIteration as stop:
                self.log.append((self.now, stop.value))
                continue
            match request:
                case ("wait", delay):
                    self.queue.push(self.now + delay, (process, self.now))
                case ("take", Resource(free=0) as r):
                    r.waiting.append(process)
                case ("take", r):
                    r.free -= 1
                    r.used += 1
                    self.queue.push(self.now, (process, "got"))
                case ("give", r):
                    if r.waiting:
                        r.used += 1
                        self.queue.push(self.now, (r.waiting.pop(0), "waited"))
                    else:
                        r.free += 1
                    self.queue.push(self.now, (process, None))
        return steps


def customer(name, arrives, service, desk, stats):
    yield "wait", arrives
    how = yield "take", desk
    stats[how] = stats.get(how, 0) + 1
    yield "wait", service
    yield "give", desk
    return f"{name} left"


sim, desk, stats, seed = Simulation(), Resource(2), {}, 42
for i in range(150):
    seed = (seed * 1103515245 + 12345) % 2 ** 31
    sim.start(customer(f"c{i}", i * 3 + seed % 5, 3 + seed // 7 % 6, desk, stats))
print(sim.run(), sim.now, stats, desk.used, desk.free, len(desk.waiting))
print(sim.log[:4], sim.log[-2:])
