"""Writes functions.txt: which functions lie together in the command, so that running it touches few pages.

    python3 link/order.py target/release/habu

The functions that start-up, programs and the compiler to machine code execute (under valgrind's callgrind) come first
in the text, in this order; the thousands that a run never needs lie behind them. Everything links and runs without the
list, or with an old one: names that no longer exist are passed over. Write it anew when start-up has grown, from a
build with the profile that is shipped (other profiles inline other functions).
"""

import collections
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent

START = """
import sys
with open(sys.argv[0]) as lines:
    for line in lines:
        if line.startswith("import"):
            print(line.split(), "hello"[1:])
"""
# What the programs of the second group do is what most programs do.
HOT = ["examples/*.py", "tests/programs/apps/*.py"]
COMMON = [
    "tests/programs/steps/*.py",
    "tests/programs/containers/[clds]*.py",
    "tests/programs/iterators/g*.py",
    "tests/programs/strings/[fm]*.py",
    "tests/programs/library/*tour.py",
    "tests/programs/library/re_programs.py",
    "tests/programs/library/json_re_string.py",
    "tests/programs/library/dataclasses_basics.py",
]

# Generic functions have as many copies as types, which the list cannot tell apart: it takes all where they are small
# or most are wanted, else they lie together behind the functions of start-up.
SMALL = 2048
MOST = 0.4


def without_hash(name):
    return re.sub(r"17h[0-9a-f]{16}E$", "17h", re.sub(r"\.llvm\.\d+$", "", name))


def symbols(binary):
    """{name: (address, size)} of all functions."""
    found = {}
    lines = subprocess.run(["nm", "-S", "--defined-only", binary], capture_output=True, text=True, check=True).stdout
    for line in lines.splitlines():
        fields = line.split()
        if len(fields) == 4 and fields[2] in "tTwW" and fields[3].startswith("_"):
            found[fields[3]] = int(fields[0], 16), int(fields[1], 16)
    return found


def executed(binary, functions, *arguments):
    """The names of the functions that a run of the command executes, and of those that share their code."""
    with tempfile.NamedTemporaryFile() as out:
        tool = ["valgrind", "--tool=callgrind", "--demangle=no", "--compress-strings=no",
                f"--callgrind-out-file={out.name}"]
        subprocess.run([*tool, binary, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True)
        text = pathlib.Path(out.name).read_text(errors="replace")
    names = {re.sub(r"'\d+$", "", line[3:]) for line in text.splitlines() if line.startswith("fn=")}
    places = {functions[name] for name in names if name in functions}
    return {name for name, place in functions.items() if place in places}


def union(binary, functions, patterns, *options):
    """{function: how common} of those that at least two of some programs execute; 0: most do, 3: few do."""
    count = collections.Counter()
    paths = [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]
    for path in paths:
        count.update(executed(binary, functions, *options, path))
    shares = 0.7, 0.4, 0.15
    return {name: sum(programs < share * len(paths) for share in shares)
            for name, programs in count.items() if programs >= 2}


def main():
    binary = sys.argv[1]
    functions = symbols(binary)
    with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
        script.write(START)
        script.flush()
        start = executed(binary, functions, "-c", "print('hello')") | executed(binary, functions, script.name)
    start = dict.fromkeys(start, 0)
    run = union(binary, functions, HOT + COMMON, "--jit=off")
    native = union(binary, functions, HOT, "--jit-threshold=200")
    run = {name: common for name, common in run.items() if name not in start}
    native = {name: common for name, common in native.items() if name not in start and name not in run}
    size = collections.Counter()
    for name, (_, bytes_) in functions.items():
        size[without_hash(name)] += bytes_
    done, shared, groups = set(), [], []
    for title, group in ("start-up", start), ("programs", run), ("native code", native):
        used = collections.Counter()
        for name in group:
            used[without_hash(name)] += functions[name][1]
        names = []
        for name in sorted(group, key=lambda name: (group[name], functions[name])):
            name = without_hash(name)
            if name in done:
                continue
            done.add(name)
            wanted = size[name] <= SMALL or used[name] >= MOST * size[name]
            (names if wanted else shared).append(name)
        groups.append((title, names))
        if title == "start-up":
            groups.append(("generic functions", shared))
        total = sum(functions[name][1] for name in group) // 1024
        print(f"{title}: {len(group)} functions, {total} KiB", file=sys.stderr)
    with open(ROOT / "link" / "functions.txt", "w") as f:
        print("# The functions of the command, in the order in which they are to lie. Written by order.py; read by build.rs.",
              file=f)
        for title, names in groups:
            print(f"# {title}", *names, sep="\n", file=f)


main()
