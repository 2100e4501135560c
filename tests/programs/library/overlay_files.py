"""Fixes of CPython 3.14.10 in modules about files and archives."""
import _pyio
import gzip
import io
import os
import pathlib
import stat
import tarfile
import tempfile
import zipapp
import zipfile
import zipimport


def attempt(function, *args, **kwargs):
    try:
        return function(*args, **kwargs)
    except Exception as e:
        return type(e).__name__, str(e).replace(folder, "FOLDER")


temporary = tempfile.TemporaryDirectory()
folder = temporary.name

class Pieces(_pyio.BufferedIOBase):
    def __init__(self):
        self.data, self.at = b"abcdefgh\n", 0
    def peek(self, n):
        return self.data[self.at:self.at + 3]
    def read(self, n):
        part = self.data[self.at:self.at + n]
        self.at += len(part)
        return part
print(Pieces().readline(4), Pieces().readline(5), Pieces().readline())

# Times that gzip has no room for.
for mtime in 5, -1, 1 << 32, (1 << 32) - 1:
    packed = gzip.compress(b"x", mtime=mtime)
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=mtime) as f:
        f.write(b"x")
    print(mtime, packed[4:8], out.getvalue()[4:8])

# Archives that lead elsewhere.
def info(name, **changes):
    member = tarfile.TarInfo(name)
    for key, value in changes.items():
        setattr(member, key, value)
    return member
destination = os.path.join(folder, "destination")
os.mkdir(destination)
for member in (
    info("a/../../destination/b"), info("a/../b"), info("./a"),
    info(".", type=tarfile.SYMTYPE, linkname="a"), info("a/..", type=tarfile.LNKTYPE, linkname="x"),
    info("..", type=tarfile.DIRTYPE),
):
    for function in tarfile.data_filter, tarfile.tar_filter:
        result = attempt(function, member, destination)
        print(member.name, result if isinstance(result, tuple) else result.name)

out = io.BytesIO()
with tarfile.open(fileobj=out, mode="w") as archive:
    archive.addfile(info("dir", type=tarfile.DIRTYPE))
    archive.addfile(info("slash/", size=2), io.BytesIO(b"ab"))
with tarfile.open(fileobj=io.BytesIO(out.getvalue())) as archive:
    print(archive.getnames(), archive.getmember("dir/").name, attempt(archive.getmember, "nonesuch/"))

# A pax header's size is the one that counts.
out = io.BytesIO()
with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
    first = info("first", size=600)
    first.pax_headers = {"size": "600"}
    archive.addfile(first, io.BytesIO(b"x" * 600))
    archive.addfile(info("second", size=1), io.BytesIO(b"y"))
data = bytearray(out.getvalue())
print([m.name for m in tarfile.open(fileobj=io.BytesIO(bytes(data)))])

# A directory that nobody may change is removed all the same.
with tempfile.TemporaryDirectory() as inner:
    os.makedirs(os.path.join(inner, "a", "b"))
    with open(os.path.join(inner, "a", "b", "file"), "w"):
        pass
    os.chmod(os.path.join(inner, "a", "b"), 0o500)
print(os.path.exists(inner))
import shutil, inspect
print(inspect.signature(shutil.rmtree))
print(attempt(shutil.rmtree, os.path.join(folder, "nonesuch")))
shutil.rmtree(os.path.join(folder, "nonesuch"), onexc=lambda f, p, e: print(f.__name__, os.path.basename(p), type(e).__name__))

# An application at a path that is no string.
source = pathlib.Path(folder, "app.pyz")
with zipfile.ZipFile(source, "w") as z:
    z.writestr("__main__.py", "print(1)")
target = pathlib.Path(folder, "new.pyz")
zipapp.create_archive(source, target, interpreter="/bin/python")
print(bool(os.stat(target).st_mode & stat.S_IEXEC))

# A small member with much inside comes in parts.
out = io.BytesIO()
with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as z:
    z.writestr("big", b"0" * 1_000_000)
with zipfile.ZipFile(out) as z, z.open("big") as f:
    part = f.read1(10)
    print(len(part), len(f._readbuffer) < 100_000, len(f.read()))
z = zipfile.ZipFile(io.BytesIO(), "w")
with z.open("a", "w") as f:
    print(attempt(z.mkdir, "b"))
z.close()
print(attempt(z.mkdir, "b"))
z = zipfile.ZipFile(io.BytesIO(), "w")
print(str(zipfile.Path(z)), str(zipfile.Path(z, "a/b")))

# A name that is not UTF-8.
out = io.BytesIO()
with zipfile.ZipFile(out, "w") as z:
    z.writestr("é", b"")
broken = os.path.join(folder, "broken.zip")
with open(broken, "wb") as f:
    f.write(out.getvalue().replace("é".encode(), b"\xff\xff"))
print(attempt(zipimport.zipimporter, broken))

temporary.cleanup()
