# fannkuch and a small task scheduler.
def fannkuch(n):
    perm1 = list(range(n))
    count = list(range(n))
    max_flips = checksum = 0
    r, sign = n, 1
    while True:
        if r != 1:
            for i in range(1, r):
                count[i] = i
            r = 1
        first = perm1[0]
        if first:
            perm = perm1[:]
            flips = 0
            while first:
                perm[: first + 1] = perm[first::-1]
                flips += 1
                first = perm[0]
            if flips > max_flips:
                max_flips = flips
            checksum += sign * flips
        if sign == 1:
            perm1[0], perm1[1] = perm1[1], perm1[0]
            sign = -1
        else:
            perm1[1], perm1[2] = perm1[2], perm1[1]
            sign = 1
            r = 2
            while True:
                if count[r] != 0:
                    count[r] -= 1
                    break
                count[r] = r
                r += 1
                if r == n:
                    return checksum, max_flips
                perm1.insert(r, perm1.pop(0))


print(fannkuch(6), fannkuch(7))


class Packet:
    def __init__(self, link, ident, kind):
        self.link, self.ident, self.kind, self.data = link, ident, kind, [0] * 4

    def append_to(self, queue):
        self.link = None
        if queue is None:
            return self
        p = queue
        while p.link is not None:
            p = p.link
        p.link = self
        return queue


class Task:
    def __init__(self, ident, priority):
        self.ident, self.priority, self.queue, self.runs = ident, priority, None, 0

    def receive(self, packet):
        self.queue = packet.append_to(self.queue)

    def run(self, system):
        self.runs += 1
        if self.queue is None:
            return False
        packet, self.queue = self.queue, self.queue.link
        self.handle(packet, system)
        return True


class Worker(Task):
    def handle(self, packet, system):
        for i in range(4):
            packet.data[i] = (packet.data[i] + self.ident * i) % 26
        system.send(packet, (self.ident + 1) % len(system.tasks))


class Device(Task):
    total = 0

    def handle(self, packet, system):
        self.total += sum(packet.data)
        packet.kind = "done" if self.total % 5 == 0 else "work"
        system.send(packet, (self.ident * 3 + packet.ident) % len(system.tasks))


class System:
    def __init__(self):
        self.tasks = [Worker(i, i) if i % 2 else Device(i, i) for i in range(6)]
        self.sent = 0

    def send(self, packet, to):
        self.sent += 1
        self.tasks[to].receive(packet)

    def schedule(self, n):
        for _ in range(n):
            for task in self.tasks:
                task.run(self)


system = System()
for i in range(5):
    system.send(Packet(None, i, "work"), i)
system.schedule(800)
print(system.sent, [t.runs for t in system.tasks], [t.total for t in system.tasks if isinstance(t, Device)])


def queens(n):
    solutions = 0

    def place(row, columns, left, right):
        nonlocal solutions
        if row == n:
            solutions += 1
            return
        free = ((1 << n) - 1) & ~(columns | left | right)
        while free:
            bit = free & -free
            free ^= bit
            place(row + 1, columns | bit, (left | bit) << 1, (right | bit) >> 1)

    place(0, 0, 0, 0)
    return solutions


print([queens(n) for n in range(1, 8)])
