# habu: module
from round_from_too import late
early = 1
