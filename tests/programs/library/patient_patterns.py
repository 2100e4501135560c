# A pattern that backtracks for ages can be interrupted by a signal; a handler that returns lets it go on.
import re
import signal


class Alarm(Exception):
    pass


def interrupt(signum, frame):
    raise Alarm


signal.signal(signal.SIGALRM, interrupt)
for work in (lambda: re.match(r'(a+)+b', 'a' * 60), lambda: re.search(r'(x+x+)+y', 'x' * 60),
             lambda: re.sub(r'(a|aa)+$', '-', 'a' * 90 + 'c'), lambda: re.findall(r'^(?!(a+)+b)', 'a' * 60)):
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    try:
        work()
        print('ended')
    except Alarm:
        print('interrupted')

seen = []
signal.signal(signal.SIGALRM, lambda signum, frame: seen.append(signum))
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.002)
print(re.match(r'(a+)+b', 'a' * 19), re.findall(r'(?:a+)+(b)', 'a' * 15 + 'b'))
signal.setitimer(signal.ITIMER_REAL, 0)
print(set(seen) <= {signal.SIGALRM})
