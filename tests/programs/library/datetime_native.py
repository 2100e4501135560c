# _datetime: construction, arithmetic, texts, comparison, hashing, pickling and subclassing.
import _datetime
import pickle
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo


def show(text):
    try:
        print(text, "->", repr(eval(text)))
    except Exception as e:
        print(text, "->", type(e).__name__, e)


assert datetime is _datetime.datetime

for text in """
timedelta(0.5, 0.5, 0.5, milliseconds=0.1)
timedelta(-1, 5, 6), str(timedelta(-1, 5, 6)), timedelta(), str(timedelta(2))
timedelta(microseconds=3) / 2, timedelta(microseconds=3) * 0.5, timedelta(1) // 7, 1.5 * timedelta(1)
divmod(timedelta(1), timedelta(0, 7)), timedelta(1) / timedelta(0, 7), timedelta(1) % timedelta(0, -7)
timedelta(1) * 1e20
timedelta(1) * float('nan')
timedelta(days=10 ** 9)
timedelta(days='x')
timedelta(1) / 0
timedelta.min, timedelta.max, timedelta.resolution, hash(timedelta(1, 2, 3)) == hash((1, 2, 3))
date(2024, 2, 29), date(2024, 2, 29).isocalendar(), date.fromisocalendar(2020, 53, 7)
date(2023, 2, 29)
date(0, 1, 1)
date(2024, 13, 1)
date.fromordinal(738000), date(2024, 1, 1).toordinal(), date.max + timedelta(0)
date.max + timedelta(1)
date(2024, 3, 1) - date(2024, 2, 1), date(2024, 3, 1) - timedelta(1), timedelta(1) + date(2024, 2, 28)
date(2024, 1, 1) < datetime(2024, 1, 1)
date(2024, 1, 1) == datetime(2024, 1, 1), date(2024, 1, 1).replace(month=5), date(1, 1, 1).ctime()
date(1, 1, 1).strftime('%Y %G %F %C %y'), format(date(2024, 1, 2), '%d/%m/%Y'), f'{date(2024, 1, 2)}'
time(12, 30, 45, 123456, UTC, fold=1), time(1).isoformat('milliseconds'), str(time(1, 2))
time(24)
time(1) < time(1, tzinfo=UTC)
time.fromisoformat('T12:30:45,5+01:30'), time.fromisoformat('24:00'), time(3, 4).strftime('%H%%z %f %:z')
datetime(2024, 1, 2, 3, 4, 5, 6, timezone(timedelta(hours=-3, minutes=-30)))
datetime(2024, 1, 2, 3, 4, 5, 6, UTC).isoformat(' ', 'milliseconds')
datetime(2024, 1, 2, 3, tzinfo=UTC).strftime('%z %Z %:z %f %')
datetime.fromisoformat('2020-01-01T24:00'), datetime.fromisoformat('2020W011T12Z')
datetime.fromisoformat('2020-01-01T12:30:45.+01:00')
datetime.fromisoformat('2020-01-01T12:60')
datetime(2024, 1, 1, tzinfo=UTC) - datetime(2024, 1, 1)
datetime(2024, 1, 1, tzinfo=UTC) == datetime(2024, 1, 1)
datetime(2024, 1, 1, 2, tzinfo=timezone(timedelta(hours=2))) == datetime(2024, 1, 1, tzinfo=UTC)
datetime(2024, 1, 1, 2, tzinfo=timezone(timedelta(hours=2))).astimezone(UTC)
datetime(2024, 1, 1, tzinfo=UTC).timestamp(), datetime.fromtimestamp(1.9999999, UTC)
datetime.fromtimestamp(float('nan'))
datetime.fromtimestamp(10 ** 30)
datetime.combine(date(2024, 1, 2), time(3, 4), UTC), datetime(2024, 1, 2, 3).timetuple()
datetime.strptime('2024-02-03 04:05 +0130', '%Y-%m-%d %H:%M %z'), date.strptime('2024', '%Y')
datetime(2024, 1, 2).nothing
timezone(timedelta(hours=24))
timezone.utc, timezone(timedelta(0)) is UTC, str(timezone(timedelta(0, -3601))), timezone(timedelta(0, 60), 'x')
tzinfo().utcoffset(None)
datetime.__new__(date, 1, 1, 1)
date.ctime(time())
""".strip().splitlines():
    show(text)


class Zone(tzinfo):
    "Two readings of the hour before noon: the fold says which."

    def utcoffset(self, when):
        return timedelta(hours=1 if when is None or not when.fold else 0)

    def dst(self, when):
        return timedelta(0)

    def tzname(self, when):
        return "zone%"


zone = Zone()
folded = datetime(2024, 5, 5, 11, tzinfo=zone, fold=1)
print(folded.utcoffset(), folded == datetime(2024, 5, 5, 11, tzinfo=UTC), folded.strftime("%Z"))
print(hash(folded) == hash(folded.replace(fold=0)), folded.astimezone(UTC), repr(folded).count("fold=1"))


class Day(date):
    def __new__(cls, *args, extra=None):
        self = super().__new__(cls, *args)
        self.extra = extra
        return self


class Moment(datetime):
    pass


day = Day(2024, 1, 31, extra=5)
print(day, repr(day), type(day + timedelta(1)), day.extra, type(Day.today()) is Day)
print(repr(Moment(2024, 1, 2) + timedelta(1)), type(Moment.now(UTC)), isinstance(day, date))
print({date(2024, 1, 1): 1, datetime(2024, 1, 1): 2, time(1): 3, timedelta(1): 4}[datetime(2024, 1, 1)])
for protocol in range(6):
    things = [day, folded, time(1, 2, 3, 4, UTC, fold=1), timedelta(1, 2, 3), timezone(timedelta(0, 60), "x"), UTC]
    if protocol < 4:
        things = things[2:]
    again = pickle.loads(pickle.dumps(things, protocol))
    print(protocol, [a == b for a, b in zip(things, again)], again[-1] is UTC)
print(datetime(2024, 1, 2, fold=1).__reduce_ex__(4), datetime(2024, 1, 2, fold=1).__reduce__())
