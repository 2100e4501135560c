"""Dumps of Python tracebacks on request, after a time, on a signal; fatal signals are announced before they kill.

A fatal signal is announced by its name alone: the stack of Python frames is not walked in the handler.
"""

import _faulthandler
import _signal
import _thread
import os as _os
import sys as _sys

_enabled = False
_later = None
_registered = {}
_FATAL = {_signal.SIGBUS, _signal.SIGILL, _signal.SIGFPE, _signal.SIGABRT, _signal.SIGSEGV}


def _descriptor(file):
    if file is None:
        file = _sys.stderr
        if file is None:
            raise RuntimeError('unable to get sys.stderr')
    if isinstance(file, int):
        if file < 0:
            raise ValueError('file is not a valid file descriptor')
        return file
    fd = file.fileno()
    if not isinstance(fd, int) or fd < 0:
        raise RuntimeError('file.fileno() is not a valid file descriptor')
    try:
        file.flush()
    except Exception:
        pass
    return fd


def _write(fd, text):
    try:
        _os.write(fd, text.encode('ascii', 'backslashreplace'))
    except OSError:
        pass


def _frames(frame):
    lines = []
    while frame is not None and len(lines) < 100:
        code = frame.f_code
        lines.append(f'  File "{code.co_filename}", line {frame.f_lineno} in {code.co_name}\n')
        frame = frame.f_back
    if frame is not None:
        lines.append('  ...\n')
    return ''.join(lines) or '  <no Python frame>\n'


def _dump(fd, all_threads, frame, current):
    if not all_threads:
        _write(fd, 'Stack (most recent call first):\n' + _frames(frame))
        return
    parts = []
    name = _os.path.basename(_sys.executable or 'python')[:15]
    for ident, top in sorted(_sys._current_frames().items(), reverse=True):
        if ident == _later_thread():
            continue
        if ident == current:
            head, top = 'Current thread', frame
        else:
            head = 'Thread'
        parts.append(f'{head} 0x{ident:016x} [{name}] (most recent call first):\n{_frames(top)}')
    _write(fd, '\n'.join(parts))


def _later_thread():
    return _later[1] if _later is not None else None


def dump_traceback(file=None, all_threads=True):
    """Dump the traceback of the current thread, or of all threads if all_threads is True, into file."""
    _dump(_descriptor(file), all_threads, _sys._getframe(1), _thread.get_ident())


def enable(file=None, all_threads=True, c_stack=True):
    """Enable the fault handler."""
    global _enabled
    _faulthandler.install(_descriptor(file))
    _enabled = True


def disable():
    """Disable the fault handler."""
    global _enabled
    was, _enabled = _enabled, False
    if was:
        _faulthandler.remove()
    return was


def is_enabled():
    """Check if the handler is enabled."""
    return _enabled


def _timeout_text(timeout):
    micro = round(timeout * 1e6)
    seconds, micro = divmod(micro, 1_000_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    tail = f'.{micro:06d}' if micro else ''
    return f'Timeout ({hours}:{minutes:02}:{seconds:02}{tail})!\n'


def dump_traceback_later(timeout, repeat=False, file=None, exit=False):
    """Dump the tracebacks of all threads in timeout seconds, or each timeout seconds if repeat is True.

    If exit is True, the process ends with _exit(1), which is not safe.
    """
    global _later
    if not hasattr(timeout, '__index__') and not isinstance(timeout, float):
        kind = type(timeout).__name__
        raise TypeError(f'{kind!r} object cannot be interpreted as an integer or float')
    if timeout <= 0:
        raise ValueError('timeout must be greater than 0')
    fd = _descriptor(file)
    header = _timeout_text(timeout)
    cancel_dump_traceback_later()
    cancelled = _thread.allocate_lock()
    cancelled.acquire()
    state = [cancelled, None]

    def watch():
        state[1] = _thread.get_ident()
        while not cancelled.acquire(timeout=timeout):
            _write(fd, header)
            _dump(fd, True, None, None)
            if exit:
                _os._exit(1)
            if not repeat:
                return

    _later = state
    _thread.start_new_thread(watch, ())


def cancel_dump_traceback_later():
    """Cancel the previous call to dump_traceback_later()."""
    global _later
    state, _later = _later, None
    if state is not None:
        try:
            state[0].release()
        except RuntimeError:
            pass


def _check_signum(signum):
    if signum in _FATAL:
        raise RuntimeError(f'signal {signum} cannot be registered, use enable() instead')
    if not 1 <= signum < _signal.NSIG:
        raise ValueError('signal number out of range')


def register(signum, file=None, all_threads=True, chain=False):
    """Register a handler for the signal signum that dumps tracebacks into file.

    Only the main thread can do it.
    """
    _check_signum(signum)
    fd = _descriptor(file)

    def dump(number, frame):
        _dump(fd, all_threads, frame, _thread.get_ident())
        if chain and callable(previous):
            previous(number, frame)

    previous = _signal.signal(signum, dump)
    if signum in _registered:
        previous = _registered[signum]
    _registered[signum] = previous


def unregister(signum):
    """Unregister the handler of the signal signum registered by register()."""
    _check_signum(signum)
    if signum not in _registered:
        return False
    _signal.signal(signum, _registered.pop(signum) or _signal.SIG_DFL)
    return True
