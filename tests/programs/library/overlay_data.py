# habu: slow
"""Fixes of CPython 3.14.10 in modules about numbers, dates, texts and logs."""
import _pydatetime
import _pydecimal
import configparser
import gettext
import io
import logging
import logging.handlers
import re
import stringprep
import tempfile
import os
from xml.sax.saxutils import XMLGenerator
from zoneinfo import _zoneinfo


def attempt(function, *args, **kwargs):
    try:
        return function(*args, **kwargs)
    except Exception as e:
        return type(e).__name__, str(e)


# Dates: only ASCII digits are digits.
for text in "2020-01-02", "20200102", "2020-W05-2", "+202-01-02", "2020-1 -02", "2020-W+5", "20_0-01-02", "２020-01-02":
    print(ascii(text), attempt(_pydatetime.date.fromisoformat, text))
for text in "10:20:30", "10:2", "+1:20", "10:20:3 ", "10:20:30.5", "10:20:30.5_", "1:20":
    print(text, attempt(_pydatetime.time.fromisoformat, text))

# Decimals: the largest precision does not build powers of ten.
context = _pydecimal.Context(prec=_pydecimal.MAX_PREC, Emax=_pydecimal.MAX_EMAX, Emin=_pydecimal.MIN_EMIN)
print(context.divmod(_pydecimal.Decimal(1000), _pydecimal.Decimal(7)))
print(context.remainder_near(_pydecimal.Decimal(1000), _pydecimal.Decimal(7)))
small = _pydecimal.Context(prec=3, traps=[])
for a in 998, 999, 1000, 1001:
    print(small.divmod(_pydecimal.Decimal(a), 1), small.remainder_near(_pydecimal.Decimal(a), 1))

# Options of several words.
parser = configparser.ConfigParser(allow_no_value=True)
parser.read_string("[s]\na  long   name = 1\nother name\nb\t c : 2\nx" + " " * 3000 + "y\n")
print([(k.replace(" " * 3000, "<3000>"), v) for k, v in parser["s"].items()])

# Plural forms: ! binds tighter than comparison.
print([gettext.c2py("!n==1")(n) for n in range(3)], [gettext.c2py("n==!n")(n) for n in range(3)])

# What Unicode 3.2 does not know has no lower case there.
for code in 0x41, 0x23A, 0x10A0, 0x13A0, 0x1E9E, 0x2C00, 0xA640, 0x10400, 0x1F88, 0x3F4:
    print(hex(code), ascii(stringprep.map_table_b3(chr(code))), ascii(stringprep.map_table_b2(chr(code))))

# A namespace is escaped.
out = io.StringIO()
writer = XMLGenerator(out)
writer.startPrefixMapping("p", 'http://x/?a="b"&c')
writer.startElementNS(('http://x/?a="b"&c', "e"), None, {})
print(out.getvalue())

# Handlers report what they cannot open.
logging.raiseExceptions = True
class Handler(logging.FileHandler):
    def handleError(self, record):
        import sys
        print("reported", sys.exc_info()[0].__name__, record.getMessage())
class Watched(logging.handlers.WatchedFileHandler):
    handleError = Handler.handleError
with tempfile.TemporaryDirectory() as folder:
    for cls in Handler, Watched:
        handler = cls(os.path.join(folder, "no", "file"), delay=True)
        logger = logging.Logger("l")
        logger.addHandler(handler)
        print(attempt(logger.error, "hello"))
before = logger.handlers
logger.removeHandler(handler)
print(len(before), len(logger.handlers))

# Zones.
for rule in "AAA3BBB,M3.2.0,M11.1.0", "AAA", "é3", "AAA3BBB,M3x2.0,M11.1.0", "AAA3BBB,J٦0,J70", "AAA3BBB,J60,J300":
    print(ascii(rule), ascii(re.sub(" at 0x.*", "", str(attempt(_zoneinfo._parse_tz_str, rule)))))
print(_zoneinfo._DayOffset(60, True).year_to_epoch(2024), _zoneinfo._DayOffset(59, True).year_to_epoch(2024))
