# What a thrown exception has as context, and what throw() and exception constructors accept.
import sys
import warnings


def handling():
    try:
        raise KeyError('inner')
    except KeyError:
        yield 1


def delegating():
    def plain():
        yield 1
    try:
        raise KeyError('outer')
    except KeyError:
        yield from plain()


def done_handling():
    try:
        raise KeyError('over')
    except KeyError:
        pass
    yield 1


for make in (handling, delegating, done_handling):
    generator = make()
    next(generator)
    try:
        generator.throw(ValueError('thrown'))
    except ValueError as error:
        print(make.__name__, repr(error.__context__))


def catching():
    try:
        raise KeyError('first')
    except KeyError:
        try:
            yield 1
        except ValueError as error:
            yield repr(error.__context__), repr(sys.exception())
        yield repr(sys.exception())


generator = catching()
next(generator)
print(generator.throw(ValueError))
print(next(generator))


class Odd(Exception):
    def __new__(cls):
        return 5


generator = handling()
next(generator)
try:
    generator.throw(Odd)
except TypeError as error:
    print(error)

with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter('always')
    generator = handling()
    next(generator)
    try:
        generator.throw(ValueError, 'v')
    except ValueError as error:
        print(error.args)

    async def body():
        yield 1

    try:
        body().athrow(ValueError, ValueError('v'), None).send(None)
    except ValueError as error:
        print(error.args)
for warning in seen:
    print(warning.category.__name__, warning.message)

error = ImportError('text', name='n', path='p')
print(error.name, error.path)
error.__init__('other')
print(error.name, error.path, error.msg)
print(UnicodeEncodeError('latin-1', 'x' * 10, 1000, 4, 'reason'))
print(UnicodeDecodeError('utf-8', b'abc', 7, 2, 'reason'))
