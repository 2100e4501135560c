"""Threads: starting and joining, locks, local storage, exceptions, exit."""
import _thread
import queue
import sys
import threading
import time

# Starting.
out = []
done = _thread.allocate_lock()
done.acquire()


def target(a, b=2):
    out.append((a, b))
    done.release()


_thread.start_new_thread(target, (1,), {"b": 5})
done.acquire()
print(out)

# A lock that all share: nothing is lost.
counter = 0
lock = threading.Lock()


def work():
    global counter
    for _ in range(500):
        with lock:
            counter += 1


threads = [threading.Thread(target=work) for _ in range(8)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(counter, threading.active_count())

# Threads that allocate at the same time.
sizes = []


def allocate(n):
    kept = []
    for i in range(60):
        kept.append({str(j): [i] * 3 for j in range(n)})
    sizes.append(sum(len(d) for d in kept))


threads = [threading.Thread(target=allocate, args=(n,)) for n in range(1, 6)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(sizes))

# A bounded queue.
q = queue.Queue(3)


def produce():
    for i in range(50):
        q.put(i)
    q.put(None)


t = threading.Thread(target=produce)
t.start()
total = 0
while (item := q.get()) is not None:
    total += item
t.join()
print(total)
simple = queue.SimpleQueue()
t = threading.Thread(target=lambda: simple.put("from a thread"))
t.start()
print(simple.get())
t.join()
try:
    simple.get_nowait()
except queue.Empty:
    print("empty")
try:
    simple.get(timeout=0.001)
except queue.Empty:
    print("empty in time")


# Local storage: `__init__` runs in each thread that looks.
class Local(threading.local):
    def __init__(self, start):
        self.value = start
        self.owner = threading.current_thread().name


local = Local(7)
local.extra = 1


def look():
    seen.append((local.value, local.owner, hasattr(local, "extra"), sorted(local.__dict__)))
    local.value = 100


seen = []
t = threading.Thread(target=look, name="other")
t.start()
t.join()
print(seen, local.value, local.owner, local.extra)
try:
    threading.local(1)
except TypeError as e:
    print(e)

# Locks.
lock = threading.Lock()
print(lock.acquire(), lock.acquire(False), lock.acquire(timeout=0.001), lock.locked())
lock.release()
try:
    lock.release()
except RuntimeError as e:
    print(e)
for bad in [(False, 1), (True, -2), (True, 1e20)]:
    try:
        lock.acquire(*bad)
    except (ValueError, OverflowError) as e:
        print(type(e).__name__, e)
rlock = threading.RLock()
with rlock, rlock:
    other = []
    t = threading.Thread(target=lambda: other.append(rlock.acquire(blocking=False)))
    t.start()
    t.join()
    print(other, repr(rlock).split("owner")[0])
try:
    rlock.release()
except RuntimeError as e:
    print(e)

# Conditions, events, barriers, semaphores.
barrier = threading.Barrier(3)
event = threading.Event()
order = []


def meet(i):
    barrier.wait()
    event.wait()
    order.append(i)


threads = [threading.Thread(target=meet, args=(i,)) for i in range(3)]
for t in threads:
    t.start()
event.set()
for t in threads:
    t.join()
print(sorted(order))
semaphore = threading.BoundedSemaphore(1)
semaphore.acquire()
semaphore.release()
try:
    semaphore.release()
except ValueError as e:
    print(e)

# Exceptions end their thread only.
threading.excepthook = lambda args: print("hook:", args.exc_type.__name__, args.exc_value, args.thread.name)


def fail():
    raise KeyError("lost")


t = threading.Thread(target=fail, name="failing")
t.start()
t.join()


def leave():
    sys.exit(3)


t = threading.Thread(target=leave)
t.start()
t.join()


# Recursion is limited in each thread.
def deep(n):
    return 0 if n == 0 else 1 + deep(n - 1)


def recurse():
    try:
        deep(10_000)
    except RecursionError as e:
        print(type(e).__name__, e)
    print(deep(500))


t = threading.Thread(target=recurse)
t.start()
t.join()

# Frames of other threads.
ready, stop = threading.Event(), threading.Event()


def outer():
    inner()


def inner():
    ready.set()
    stop.wait()


t = threading.Thread(target=outer)
t.start()
ready.wait()
frame = sys._current_frames()[t.ident]
names = []
while frame is not None:
    names.append(frame.f_code.co_name)
    frame = frame.f_back
print(names[names.index("inner"):])
stop.set()
t.join()
print(sys.getswitchinterval())
sys.setswitchinterval(0.001)
print(sys.getswitchinterval())

# A thread that is no daemon is waited for at the end.
gate = threading.Event()


def last():
    gate.wait()
    print("last words")


threading.Thread(target=last).start()


def forever():
    while True:
        time.sleep(0.01)


threading.Thread(target=forever, daemon=True).start()
print("main is done")
gate.set()
