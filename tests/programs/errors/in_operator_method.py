# An error in a user's operator method.
class Money:
    def __init__(self, amount):
        self.amount = amount

    def __add__(self, other):
        return Money(self.amount + other.amount)


wallet = Money(5) + Money(10)
print(wallet.amount)
wallet = wallet + 3
