# A missing attribute, with the suggestion of a similar one.
class Config:
    def __init__(self):
        self.timeout = 30


config = Config()
print(config.timeout)
print(config.timeuot)
