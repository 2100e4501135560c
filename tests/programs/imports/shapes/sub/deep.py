from ..square import area
from .. import version
from . import exported


def where():
    return __name__, __package__, area(2), version, exported()
