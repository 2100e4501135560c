# import sys.
import sys

print(sys.argv[0].endswith("s36_import_sys.py"), len(sys.argv), sys.version_info[:2], sys.maxsize, sys.byteorder in ("little", "big"))
sys.stdout.write("direct\n")
print("to stderr is not shown here", file=sys.stdout)
