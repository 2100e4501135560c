# An error in a property, reached through a method.
class Account:
    def __init__(self, owner):
        self.owner = owner

    @property
    def name(self):
        return self.owner.name

    def describe(self):
        return f"account of {self.name}"


print(Account(None).describe())
