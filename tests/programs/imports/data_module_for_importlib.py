# habu: module
counter = 0
