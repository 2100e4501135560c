# Writing to both streams.
import sys

print("to stdout")
print("to stderr", file=sys.stderr)
sys.stdout.write("written\n")
sys.stderr.write("err written\n")
sys.stdout.flush()
raise OSError(2, "No such file or directory", "/some/path")
