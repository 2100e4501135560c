# habu: module
VALUE = 2
