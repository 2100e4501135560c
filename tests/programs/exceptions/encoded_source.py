# Tracebacks show the lines of a file as its coding comment or byte order mark says.
import io
import os
import sys
import tempfile

SOURCES = {
    "latin": '# coding: latin-1\ndef f():\n    raise ValueError("ä") # é\nf()\n'.encode("latin-1"),
    "mark": b"\xef\xbb\xbf" + 'x = "ö"; raise ValueError(x)\n'.encode(),
    "cyrillic": '# -*- coding: koi8-r -*-\nassert "да" == "нет", "вот"\n'.encode("koi8-r"),
    "plain": 'é = 1; é / 0\n'.encode(),
}

with tempfile.TemporaryDirectory() as folder:
    sys.path.insert(0, folder)
    sys.dont_write_bytecode = True
    for name, source in SOURCES.items():
        with open(os.path.join(folder, name + ".py"), "wb") as file:
            file.write(source)
        try:
            __import__(name)
        except Exception as e:
            stderr, sys.stderr = sys.stderr, io.StringIO()
            sys.__excepthook__(type(e), e, e.__traceback__)
            text, sys.stderr = sys.stderr.getvalue(), stderr
            print(*(line for line in text.splitlines() if not line.startswith("  File")), sep="\n")
