# Accounts, transactions, errors and reports.
class BankError(Exception):
    pass


class InsufficientFunds(BankError):
    def __init__(self, account, needed):
        super().__init__(f"{account.owner} needs {needed} more")
        self.needed = needed


class Account:
    _next = 1

    def __init__(self, owner, balance=0):
        self.number, Account._next = Account._next, Account._next + 1
        self.owner, self._balance, self.history = owner, balance, []

    @property
    def balance(self):
        return self._balance

    def deposit(self, amount):
        if amount <= 0:
            raise BankError(f"bad amount {amount}")
        self._balance += amount
        self.history.append(("deposit", amount))
        return self

    def withdraw(self, amount):
        if amount > self.available():
            raise InsufficientFunds(self, amount - self.available())
        self._balance -= amount
        self.history.append(("withdraw", amount))
        return self

    def available(self):
        return self._balance

    def __repr__(self):
        return f"<{type(self).__name__} {self.number} {self.owner}: {self._balance}>"


class Credit(Account):
    def __init__(self, owner, limit, **kwargs):
        super().__init__(owner, **kwargs)
        self.limit = limit

    def available(self):
        return super().available() + self.limit


class Savings(Account):
    rate = 5

    def add_interest(self):
        return self.deposit(self._balance * self.rate // 100)


class Bank:
    def __init__(self):
        self.accounts = {}

    def __iadd__(self, account):
        self.accounts[account.number] = account
        return self

    def __getitem__(self, number):
        return self.accounts[number]

    def __iter__(self):
        return iter(self.accounts.values())

    def transaction(self, *accounts):
        return Transaction(accounts)

    def transfer(self, source, target, amount):
        with self.transaction(self[source], self[target]) as t:
            self[target].deposit(amount)
            self[source].withdraw(amount)
        return t.ok


class Transaction:
    def __init__(self, accounts):
        self.accounts, self.ok = accounts, False

    def __enter__(self):
        self.saved = [(a, a._balance, len(a.history)) for a in self.accounts]
        return self

    def __exit__(self, kind, error, traceback):
        if kind is None:
            self.ok = True
            return False
        for account, balance, length in self.saved:
            account._balance = balance
            del account.history[length:]
        return issubclass(kind, BankError)


bank = Bank()
bank += Account("ann", 100)
bank += Credit("bob", 50, balance=10)
bank += Savings("cy", balance=1000)
print(list(bank))
print(bank.transfer(1, 2, 30), bank.transfer(1, 2, 300), bank.transfer(2, 1, 80), bank.transfer(3, 1, -5))
print(list(bank), bank[1].history)
bank[3].add_interest().add_interest()
print(bank[3], bank[3].history)
for action in (lambda: bank[1].withdraw(10 ** 6), lambda: bank[1].deposit(0), lambda: bank[9], lambda: bank.transfer(1, 9, 5), lambda: setattr(bank[1], "balance", 5)):
    try:
        action()
    except (BankError, KeyError, AttributeError) as error:
        print(type(error).__name__, error, getattr(error, "needed", ""))
print(f"{'owner':<8}|{'balance':>10}")
for account in sorted(bank, key=lambda a: -a.balance):
    print(f"{account.owner:<8}|{account.balance:>10,.2f}")
print(sum(a.balance for a in bank), {type(a).__name__: a.available() for a in bank})
for i in range(3000):
    bank.transfer(1 + i % 3, 1 + (i + 1) % 3, i % 40 + 1)
print(sum(a.balance for a in bank), [len(a.history) for a in bank])
