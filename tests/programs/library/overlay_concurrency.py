# habu: slow
"""Fixes of CPython 3.14.10 in asyncio and other modules about tasks and processes."""
import asyncio
import asyncio.graph
import asyncio.unix_events
import concurrent.futures.process as pool
import multiprocessing.context
import multiprocessing.managers
import multiprocessing.util
import os
import queue
import signal
import socket
import subprocess
import sys
import threading


def attempt(function, *args, **kwargs):
    try:
        return function(*args, **kwargs)
    except Exception as e:
        return type(e).__name__, str(e)


simple = queue._PySimpleQueue()
simple.put(1)
print(attempt(simple.get, block=False, timeout=-1))
print(subprocess.CalledProcessError("x", "cmd"), subprocess.CalledProcessError(-9, "cmd"))
condition = threading.Condition()
with condition:
    print(attempt(condition.wait, float("nan")))
trackers = [multiprocessing.managers._SharedMemoryTracker(n) for n in "ab"]
trackers[0].segment_names.append("s")
print([t.segment_names for t in trackers])
trackers[0].segment_names.clear()
print(multiprocessing.util._SUN_PATH_LEN_RESERVED, multiprocessing.util._has_writeable_tempdir())
print("_default_context" in vars(multiprocessing.context._default_context), multiprocessing.get_start_method())
print(hasattr(pool.ProcessPoolExecutor(1), "_force_shutting_down"), pool._base.BrokenExecutor.__doc__.split()[2])


async def process():
    # wait() does not wait for whoever still holds the pipe.
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-S", "-c", "import os\nif os.fork() == 0:\n    os.read(0, 1)\n    os._exit(0)",
        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    print("status", await asyncio.wait_for(child.wait(), 10))
    print(attempt(child.send_signal, signal.SIGTERM))
    child._transport.close()


async def tasks():
    # A cancelled step of as_completed() loses no result.
    async def value(n, event):
        await event.wait()
        return n
    events = [asyncio.Event() for _ in range(2)]
    iterator = asyncio.as_completed([value(n, event) for n, event in enumerate(events)])
    step = asyncio.ensure_future(anext(aiter(iterator)))
    await asyncio.sleep(0)
    step.cancel()
    print(await asyncio.gather(step, return_exceptions=True))
    for event in events:
        event.set()
    print(sorted([await t async for t in iterator]))

    # gather() that failed is not what its other children wait for.
    stop = asyncio.Event()
    async def fails():
        raise ValueError("no")
    slow = asyncio.create_task(value(1, stop))
    print(await asyncio.gather(asyncio.gather(slow, fails()), return_exceptions=True))
    print(not slow._asyncio_awaited_by)
    stop.set()
    await slow


async def streams():
    problems = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: problems.append(
        (context["message"], repr(context.get("exception")))))
    def connected(reader, writer):
        raise RuntimeError("callback")
    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    print(await reader.read(), problems)
    writer.close()

    # An empty chunk does not stay in the buffer.
    left, right = socket.socketpair()
    transport, protocol = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=left)
    transport.writelines([b"", b"a", b""])
    transport.writelines([b""])
    print(transport.get_write_buffer_size(), len(transport._buffer), right.recv(10))
    transport.close()
    right.close()

    # The socket is closed when the protocol cannot be made.
    left, right = socket.socketpair()
    def no_protocol():
        raise OSError("no protocol")
    try:
        await asyncio.get_running_loop().create_connection(no_protocol, sock=left)
    except OSError as e:
        print(e, left.fileno())
    right.close()

    # Serving ends although a client stays.
    async def stays(reader, writer):
        await reader.read()
    server.close()
    server = await asyncio.start_server(stays, "127.0.0.1", 0)
    serving = asyncio.create_task(server.serve_forever())
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    await asyncio.sleep(0.01)
    serving.cancel()
    print(await asyncio.wait({serving}, timeout=5) == ({serving}, set()), serving.cancelled())
    writer.close()


def graph():
    def plain():
        yield [entry.frame.f_code.co_name for entry in asyncio.capture_call_graph().call_stack]
    async def main():
        async def inner():
            return next(plain())
        return await inner()
    print(asyncio.run(main()))


asyncio.run(process())
asyncio.run(tasks())
asyncio.run(streams())
graph()
