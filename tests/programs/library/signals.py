# signal: handlers in Python, timers, masks and waiting. Nothing here depends on how long it takes.
import os, signal, time

def handler(number, frame):
    print("got", signal.Signals(number).name, frame.f_code.co_name)

# Whoever starts tests in the background may have had interrupts ignored.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
print(signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT) is signal.default_int_handler)
print(signal.signal(signal.SIGUSR1, handler))
signal.raise_signal(signal.SIGUSR1)
def in_function():
    os.kill(os.getpid(), signal.SIGUSR1)
in_function()
signal.pthread_kill(__import__("threading").get_ident(), signal.SIGUSR1)

hits = []
signal.signal(signal.SIGALRM, lambda *args: hits.append(args[0]))
print(signal.setitimer(signal.ITIMER_REAL, 0.01))
def spin():
    n = 0
    while not hits:
        n += 1
    return n > 0
print(spin(), hits)
def fail(number, frame):
    raise ValueError("from the handler")
signal.signal(signal.SIGALRM, fail)
for loop in ("while True: pass", "for i in iter(int, 1): i + 1", "import time; time.sleep(5)"):
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    try:
        exec(loop)
    except ValueError as e:
        print("caught", e, "in", loop)
signal.signal(signal.SIGALRM, lambda *args: None)
signal.setitimer(signal.ITIMER_REAL, 0.01)
start = time.monotonic()
time.sleep(0.03)
print("slept through", time.monotonic() - start >= 0.03)
signal.setitimer(signal.ITIMER_REAL, 0.01)
print(signal.pause(), signal.getitimer(signal.ITIMER_REAL), signal.alarm(0))

for call in (lambda: signal.signal(100, handler), lambda: signal.signal(signal.SIGKILL, handler), lambda: signal.signal(10, 5),
             lambda: signal.signal(10, None), lambda: signal.setitimer(9, 1), lambda: signal.getsignal(0), lambda: signal.strsignal(-1),
             lambda: signal.sigwait([0]), lambda: signal.sigwait(["x"]), lambda: signal.raise_signal(99)):
    try:
        print(call())
    except (ValueError, OSError, TypeError) as e:
        print(type(e).__name__, e)
print(signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1]))
os.kill(os.getpid(), signal.SIGUSR1)
print(signal.sigpending(), signal.sigwait([signal.SIGUSR1]))
os.kill(os.getpid(), signal.SIGUSR1)
info = signal.sigtimedwait([signal.SIGUSR1], 1)
print(info.si_signo, info.si_pid == os.getpid(), len(info), signal.sigtimedwait([signal.SIGUSR1], 0))
print(signal.pthread_sigmask(signal.SIG_SETMASK, []))
read, write = os.pipe()
os.set_blocking(write, False)
print(signal.set_wakeup_fd(write))
signal.raise_signal(signal.SIGUSR1)
print(os.read(read, 10), signal.set_wakeup_fd(-1) == write)
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt as e:
    print(repr(e))
print(signal.signal(signal.SIGINT, signal.SIG_IGN) is signal.default_int_handler)
signal.raise_signal(signal.SIGINT)
print(repr(signal.getsignal(signal.SIGINT)), signal.strsignal(signal.SIGSEGV), signal.NSIG, len(signal.valid_signals()))
print(signal.siginterrupt(signal.SIGUSR1, False), signal.Handlers.SIG_DFL, issubclass(signal.ItimerError, OSError))
pid = os.fork()
if pid == 0:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGTERM)
    os._exit(3)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
