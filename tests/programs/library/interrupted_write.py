# A signal comes while a write waits on a full pipe: its handler runs, and its exception ends the write.
import os
import signal
import threading


def handler(number, frame):
    raise ZeroDivisionError


signal.signal(signal.SIGALRM, handler)
for buffering in (0, -1):
    r, w = os.pipe()
    stream = open(w, "wb", buffering=buffering, closefd=False)
    reader = threading.Thread(target=os.read, args=(r, 1), daemon=True)
    reader.start()
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        stream.write(b"x" * (1 << 20))
        print("written")
    except ZeroDivisionError:
        print("interrupted")
    signal.setitimer(signal.ITIMER_REAL, 0)
    os.close(w)
    os.close(r)
    try:
        stream.close()
    except OSError as error:
        print(error.strerror)
