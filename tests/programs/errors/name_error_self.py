# Forgetting self.
class Box:
    def __init__(self):
        self.items = []

    def add(self, item):
        items.append(item)


Box().add(1)
