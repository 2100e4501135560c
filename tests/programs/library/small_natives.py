# _locale, _statistics, _uuid, syslog, faulthandler: what their functions give and refuse.
import faulthandler
import locale
import statistics
import syslog
import tempfile
import time
import uuid

import _locale
import _statistics


def attempt(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


print(_locale.setlocale(_locale.LC_ALL, "C"), _locale.setlocale(_locale.LC_NUMERIC), sorted(_locale.localeconv()))
print(_locale.localeconv()["decimal_point"], _locale.localeconv()["grouping"], _locale.localeconv()["frac_digits"])
attempt(_locale.setlocale, 99)
attempt(locale.setlocale, locale.LC_ALL, "no_such_locale")
attempt(_locale.setlocale, locale.LC_ALL, 5)
attempt(_locale.nl_langinfo, _locale.RADIXCHAR)
attempt(_locale.nl_langinfo, 999999)
print(_locale.nl_langinfo(_locale.DAY_1), _locale.nl_langinfo(_locale.ABMON_12), _locale.nl_langinfo(_locale.YESEXPR))
print(_locale.strcoll("a", "b") < 0, _locale.strxfrm("abc"), sorted("bca", key=locale.strxfrm))
attempt(_locale.strcoll, "a\0", "b")
attempt(_locale.strxfrm, 3)
print(_locale.gettext("message"), _locale.dgettext(None, "x"), _locale.dcgettext("d", "y", _locale.LC_MESSAGES))
attempt(_locale.bindtextdomain, "", None)
print(_locale.textdomain(None), locale.Error.__module__, locale.format_string("%.2f", 1234.5, grouping=True))

print(_statistics._normal_dist_inv_cdf(0.9, 3, 2), _statistics._normal_dist_inv_cdf(1e-20, 3, 2))
print([statistics.NormalDist(5, 2).inv_cdf(p) for p in (0.001, 0.075, 0.3, 0.5, 0.925, 0.9999999)])
attempt(_statistics._normal_dist_inv_cdf, 0, 0, 1)

one, two = uuid.uuid1(), uuid.uuid1()
print(one.version, one.variant == uuid.RFC_4122, one != two, one.time < two.time, one.node == two.node)

print(syslog.LOG_MASK(3), syslog.LOG_UPTO(3), syslog.LOG_DAEMON, syslog.LOG_PID)
attempt(syslog.syslog)
attempt(syslog.openlog, 1)
attempt(syslog.syslog, syslog.LOG_DEBUG, 5)

print(faulthandler.is_enabled(), faulthandler.disable(), faulthandler.enable(2), faulthandler.is_enabled())
print(faulthandler.disable(), faulthandler.is_enabled())
attempt(faulthandler.enable, "x")
attempt(faulthandler.enable, -1)
attempt(faulthandler.dump_traceback_later, 0)
attempt(faulthandler.dump_traceback_later, "x")
attempt(faulthandler.register, 11)
attempt(faulthandler.register, 0)
print(faulthandler.unregister(12), faulthandler.cancel_dump_traceback_later())


def inner(file):
    faulthandler.dump_traceback(file, all_threads=False)


with tempfile.TemporaryFile() as f:
    inner(f)
    f.seek(0)
    print([line.split()[-1] for line in f.read().decode().splitlines()])
print(time.strftime("é\ud800%Y\0%%", (2024, 1, 1, 0, 0, 0, 0, 1, 0)).encode("utf-8", "surrogatepass"))
