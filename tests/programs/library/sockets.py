"""Sockets on the loopback, select and poll."""
import errno
import os
import select
import socket
import threading

a, b = socket.socketpair()
a.sendall(b"hello")
print(b.recv(10))
b.settimeout(0.001)
try:
    b.recv(1)
except TimeoutError as e:
    print(e)
b.setblocking(False)
try:
    b.recv(1)
except BlockingIOError as e:
    print(e.errno == errno.EAGAIN)

server = socket.create_server(("127.0.0.1", 0))
port = server.getsockname()[1]


def serve():
    connection, _ = server.accept()
    with connection:
        while data := connection.recv(100):
            connection.sendall(data.upper())


t = threading.Thread(target=serve)
t.start()
with socket.create_connection(("127.0.0.1", port), timeout=5) as c:
    c.sendall(b"abc")
    print(c.recv(100))
    with c.makefile("rwb") as f:
        f.write(b"line\n")
        f.flush()
        print(f.readline())
    print(c.getpeername()[0], c.family, c.type, c.gettimeout())
t.join()
server.close()

readable, writable, _ = select.select([a], [b], [], 0.001)
print(readable, writable == [b])
poll = select.poll()
poll.register(a, select.POLLIN)
print(poll.poll(1))
b.send(b"x")
print(poll.poll(1000) == [(a.fileno(), select.POLLIN)])
with select.epoll() as e:
    e.register(a.fileno(), select.EPOLLIN)
    print(e.poll(1) == [(a.fileno(), select.EPOLLIN)])
try:
    select.select([], [], [], -1)
except ValueError as e:
    print(e)
try:
    select.select(["x"], [], [])
except TypeError as e:
    print(e)

# Descriptors travel in messages.
r, w = os.pipe()
a.sendmsg([b"f", b"d"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, w.to_bytes(4, "little"))])
b.setblocking(True)
data, extra, flags, _ = b.recvmsg(10, socket.CMSG_SPACE(4))
os.write(int.from_bytes(extra[0][2], "little"), b"through")
print(data, os.read(r, 10))
buffers = [bytearray(2), bytearray(4)]
a.send(b"scattered")
print(b.recvmsg_into(buffers)[0], buffers, b.recv(10))

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as u, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as v:
    u.bind(("127.0.0.1", 0))
    v.sendto(b"datagram", u.getsockname())
    data, address = u.recvfrom(100)
    print(data, address[0])
    for wrong in ["x", ("127.0.0.1", 70000), ("127.0.0.1",)]:
        try:
            u.bind(wrong)
        except (TypeError, OverflowError) as e:
            print(type(e).__name__, e)
    u.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    print(u.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR))
print(u)
print(socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM))
try:
    socket.getaddrinfo("127.0.0.1", "no such service", flags=socket.AI_NUMERICSERV)
except socket.gaierror as e:
    print(type(e), e.errno == socket.EAI_NONAME)
print(socket.inet_pton(socket.AF_INET6, "::1"), socket.inet_ntop(socket.AF_INET, b"\x7f\0\0\1"))
print(socket.htons(1), socket.ntohl(0x01000000), socket.inet_aton("127.1"))
for bad in [lambda: socket.htons(70000), lambda: socket.inet_aton("x"), lambda: socket.inet_pton(2, "::1")]:
    try:
        bad()
    except (OverflowError, OSError) as e:
        print(type(e).__name__, e)
with socket.socket(socket.AF_UNIX) as s:
    s.bind(f"\0habu-test-{os.getpid()}")
    print(s.getsockname()[:11])
a.close()
b.close()
print(a.fileno())
