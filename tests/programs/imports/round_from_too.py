# habu: module
from round_from import early
late = 1
