"""The operating system: files, descriptors, limits, users, mapped memory, terminals."""
import fcntl
import grp
import mmap
import os
import pwd
import resource
import struct
import tempfile
import termios
import time

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "file")
    with open(path, "wb") as f:
        f.write(b"0123456789")
    os.utime(path, ns=(1_500_000_000_123_456_789, 1_600_000_000_987_654_321))
    st = os.stat(path)
    print(st.st_size, st.st_mtime_ns, st.st_atime_ns, oct(st.st_mode & 0o170000))
    os.chmod(path, 0o640)
    print(oct(os.stat(path).st_mode & 0o777))
    os.link(path, path + "2")
    os.symlink("file", path + "3")
    print(os.stat(path).st_nlink, os.readlink(path + "3"))
    print(sorted((e.name, e.is_symlink(), e.is_file()) for e in os.scandir(folder)))
    print([(sorted(d), sorted(f)) for _, d, f in os.walk(folder)])
    try:
        os.link(path, path + "2")
    except FileExistsError as e:
        print(str(e).replace(folder, ""))
    print(os.pathconf(path, "PC_NAME_MAX"), "PC_PIPE_BUF" in os.pathconf_names)
    try:
        os.pathconf(path, "no such name")
    except ValueError as e:
        print(e)

    fd = os.open(path, os.O_RDWR)
    print(os.preadv(fd, [bytearray(2), bytearray(3)], 4), os.pread(fd, 3, 7))
    print(os.writev(fd, [b"ab", b"cd"]), os.pwritev(fd, [b"yz"], 8), os.lseek(fd, 0, os.SEEK_SET))
    buffers = [bytearray(3), bytearray(20)]
    print(os.readv(fd, buffers), bytes(buffers[0]), bytes(buffers[1]).rstrip(b"\0"))
    os.posix_fallocate(fd, 0, 20)
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_NORMAL)
    print(os.fstat(fd).st_size)
    os.lockf(fd, os.F_LOCK, 0)
    os.lockf(fd, os.F_ULOCK, 0)
    out = os.memfd_create("name")
    print(os.sendfile(out, fd, 2, 5), os.copy_file_range(fd, fd, 4, 0, 12), os.pread(out, 20, 0))
    fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.lockf(fd, fcntl.LOCK_SH)
    print(fcntl.fcntl(fd, fcntl.F_GETFD), fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_RDWR == os.O_RDWR)
    copy = fcntl.fcntl(fd, fcntl.F_DUPFD, 100)
    print(copy >= 100, os.get_inheritable(copy), os.get_inheritable(os.dup(fd)))
    for bad in [lambda: fcntl.fcntl(-1, 1), lambda: fcntl.fcntl("x", 1), lambda: fcntl.fcntl(fd, 1, b"x" * 2000)]:
        try:
            bad()
        except (ValueError, TypeError, OSError) as e:
            print(type(e).__name__, e)

    # Mapped memory.
    with mmap.mmap(fd, 0) as m:
        print(len(m), m[:4], m[4], m.find(b"6"), m.rfind(b"no"))
        m[0:2] = b"AB"
        m[2] = ord("C")
        m.seek(10)
        m.write(b"line\nrest")
        m.seek(10)
        print(m.readline(), m.read(4), m.tell(), m.read_byte())
        m.move(0, 10, 4)
        m.flush()
        view = memoryview(m)
        try:
            m.close()
        except BufferError as e:
            print(e)
        view.release()
        for bad in [lambda: m[100], lambda: m["x"], lambda: m.seek(99), lambda: m.write(b"x" * 99)]:
            try:
                bad()
            except (IndexError, TypeError, ValueError) as e:
                print(type(e).__name__, e)
    print(os.pread(fd, 4, 0), m.closed)
    with mmap.mmap(fd, 0, access=mmap.ACCESS_READ) as m:
        try:
            m[0] = 1
        except TypeError as e:
            print(e)
        print(m)
    os.close(fd)

# Events and timers.
e = os.eventfd(3, os.EFD_NONBLOCK)
os.eventfd_write(e, 4)
print(os.eventfd_read(e))
try:
    os.eventfd_read(e)
except BlockingIOError as error:
    print(error)
t = os.timerfd_create(time.CLOCK_MONOTONIC)
os.timerfd_settime(t, initial=0.001)
print(struct.unpack("Q", os.read(t, 8)))

# Users and limits.
me = pwd.getpwuid(os.getuid())
print(me.pw_uid == os.getuid(), type(me), pwd.getpwnam("root")[2], grp.getgrgid(0).gr_name)
for bad in [lambda: pwd.getpwnam("no such user"), lambda: pwd.getpwuid(2**40), lambda: grp.getgrnam("no such group")]:
    try:
        bad()
    except KeyError as error:
        print(error)
print(os.getresuid() == (os.getuid(), os.geteuid(), os.geteuid()), os.getpgid(0) == os.getpgrp())
soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
print(resource.getrlimit(resource.RLIMIT_CORE)[0], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0)
for bad in [lambda: resource.getrlimit(99), lambda: resource.setrlimit(0, (1, 2, 3)), lambda: resource.getrusage(77)]:
    try:
        bad()
    except ValueError as error:
        print(error)
print(os.sched_getparam(0), os.sched_get_priority_max(os.SCHED_FIFO), os.getpriority(os.PRIO_PROCESS, 0) == os.nice(0))
pid = os.fork()
if pid == 0:
    os._exit(9)
result = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
print(result.si_status, result.si_pid == pid, os.wait4(pid, 0)[1], os.major(0x801), os.makedev(8, 1))

# Terminals.
master, slave = os.openpty()
print(os.isatty(slave), os.ttyname(slave) == os.ptsname(master), len(termios.tcgetattr(slave)))
termios.tcsetwinsize(slave, (24, 80))
print(termios.tcgetwinsize(master), os.get_terminal_size(slave))
attributes = termios.tcgetattr(slave)
attributes[3] &= ~termios.ECHO
termios.tcsetattr(slave, termios.TCSANOW, attributes)
print(termios.tcgetattr(slave)[3] & termios.ECHO, termios.tcgetattr(slave)[6][termios.VINTR])
try:
    termios.tcgetattr(os.pipe()[0])
except termios.error as error:
    print(type(error), error)

print("+2AHcAQ-+AGE- +-".encode().decode("utf-7"), "a€+\U00010401~".encode("utf-7"))
for bad in [b"+AGE", b"+A", b"\xe9", b"+!"]:
    try:
        print(bad.decode("utf-7"))
    except UnicodeDecodeError as error:
        print(error)
