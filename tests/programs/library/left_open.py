# Files that a program leaves open: what was written comes to the disk when they die, and at the end of the program.
import gc
import os
import signal
import subprocess
import sys
import tempfile

folder = tempfile.mkdtemp()
path = os.path.join(folder, "file")


def dropped():
    open(path, "w").write("dropped")
    open(path + ".b", "wb").write(b"bytes")


class Raw(__import__("io").RawIOBase):
    def writable(self):
        return True

    def close(self):
        if not self.closed:
            print("closing raw")
        super().close()


def own():
    Raw()


def run(code, *args):
    done = subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True)
    print(done.returncode, done.stdout.split("\n"), done.stderr.split("\n")[-2:])


dropped()
own()
[[] for _ in range(300)]
gc.collect()
print(open(path).read(), open(path + ".b", "rb").read())

# At the end of a program.
run("import sys; f = open(sys.argv[1], 'w'); f.write('left open'); b = open(sys.argv[1] + '.b', 'wb'); b.write(b'12')", path)
print(open(path).read(), open(path + ".b", "rb").read())
run("""
class Thing:
    def __init__(self, name): self.name = name
    def __del__(self): print("end of", self.name)
def body():
    try:
        yield 1
    finally:
        print("generator ends")
a, b = Thing("a"), Thing("b")
g = body()
next(g)
import atexit
atexit.register(print, "atexit")
print("main ends")
""")
run("class Bad:\n    def __del__(self): 1 / 0\nx = Bad()")
run("import sys; sys.stdout.write('no newline'); sys.exit(3)")
# More files than there are descriptors, none closed.
run("""
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
for i in range(200):
    open(sys.argv[1]).read(1)
print("opened")
""", path)
# A fault's signal ends a process at once.
for name in ("SIGSEGV", "SIGBUS", "SIGFPE", "SIGTERM"):
    run(f"import os, signal; os.kill(os.getpid(), signal.{name}); print('still there')")
for name in os.listdir(folder):
    os.remove(os.path.join(folder, name))
os.rmdir(folder)
