# Tracebacks on request and on a signal; a fatal signal is announced.
import faulthandler
import os
import signal
import subprocess
import sys
import tempfile


def shown(write):
    with tempfile.TemporaryFile('w+') as file:
        write(file)
        file.seek(0)
        return [line.replace(__file__, 'FILE') for line in file.read().splitlines()]


def inner(file):
    faulthandler.dump_traceback(file, all_threads=False)


def outer(file):
    inner(file)


print('\n'.join(shown(outer)))


def by_signal(file):
    faulthandler.register(signal.SIGUSR1, file=file, all_threads=False)
    os.kill(os.getpid(), signal.SIGUSR1)
    print(faulthandler.unregister(signal.SIGUSR1), faulthandler.unregister(signal.SIGUSR1))


print(shown(by_signal)[0])
faulthandler.enable()
print(faulthandler.is_enabled(), faulthandler.disable(), faulthandler.disable(), faulthandler.is_enabled())
for work in (lambda: faulthandler.enable('x'), lambda: faulthandler.dump_traceback_later(0),
             lambda: faulthandler.dump_traceback_later('s'), lambda: faulthandler.register(signal.SIGSEGV)):
    try:
        work()
    except Exception as error:
        print(type(error).__name__, error)
code = 'import faulthandler, signal; faulthandler.enable(); signal.raise_signal(signal.SIGSEGV)'
done = subprocess.run([sys.executable, '-c', code], stderr=subprocess.PIPE, text=True)
print(done.returncode, done.stderr.splitlines()[0])
