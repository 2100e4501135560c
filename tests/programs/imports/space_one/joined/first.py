# habu: module
VALUE = 40
