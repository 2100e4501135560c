"""Child processes: fork, wait, pipes, subprocess."""
import os
import subprocess
import threading
import warnings

# fork in a process with threads: the child has one.
stop = threading.Event()
thread = threading.Thread(target=stop.wait)
thread.start()
order = []
os.register_at_fork(before=lambda: order.append("before"), after_in_parent=lambda: order.append("parent"))
r, w = os.pipe()
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    pid = os.fork()
if pid == 0:
    os.write(w, f"{threading.active_count()} {threading.current_thread() is threading.main_thread()}".encode())
    os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), os.read(r, 100), order)
print([str(w.message).replace(str(os.getpid()), "PID") for w in caught])
stop.set()
thread.join()

# subprocess
print(subprocess.run(["echo", "hi"], capture_output=True, text=True))
print(subprocess.check_output(["cat"], input=b"data"))
try:
    subprocess.run(["/nonexistent/program"])
except FileNotFoundError as e:
    print(e)
try:
    subprocess.run(["true"], cwd="/nonexistent")
except FileNotFoundError as e:
    print(e)
p = subprocess.Popen("read x; echo got $x; exit 3", shell=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
print(p.communicate(b"abc\n"), p.returncode)
print(subprocess.run(["sh", "-c", "echo $FOO; kill -9 $$"], env={"FOO": "bar"}, stdout=subprocess.PIPE))
try:
    subprocess.run(["sleep", "5"], timeout=0.01)
except subprocess.TimeoutExpired as e:
    print(e)
print(subprocess.run(["pwd"], preexec_fn=lambda: os.chdir("/"), capture_output=True).stdout)


def bad():
    raise ValueError


try:
    subprocess.run(["pwd"], preexec_fn=bad)
except subprocess.SubprocessError as e:
    print(e)
print(subprocess.getstatusoutput("exit 2"))
try:
    subprocess.run(["false"], check=True)
except subprocess.CalledProcessError as e:
    print(e)

# posix_spawn
r, w = os.pipe()
pid = os.posix_spawnp("echo", ["echo", "spawned"], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, w, 1)])
os.close(w)
print(os.waitpid(pid, 0)[1], os.read(r, 100))
for call in [
    lambda: os.posix_spawn("/bin/true", [], {}),
    lambda: os.posix_spawn("/nonexistent", ["x"], {}),
    lambda: os.waitpid(-1, 0),
]:
    try:
        call()
    except (ValueError, OSError) as e:
        print(type(e).__name__, e)
