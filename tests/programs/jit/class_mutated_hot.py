# A method is replaced, added and deleted while loops that call it are hot.
class Animal:
    def speak(self, i):
        return i


class Dog(Animal):
    pass


def loop(animal, n, events):
    total = 0
    for i in range(n):
        if i in events:
            events[i]()
        total += animal.speak(i)
    return total


def set_animal():
    Animal.speak = lambda self, i: i * 2


def set_dog():
    Dog.speak = lambda self, i: 1


def del_dog():
    del Dog.speak


dog = Dog()


def set_instance():
    dog.speak = lambda i: 100


def del_instance():
    del dog.speak


print(loop(dog, 9000, {}))
print(loop(dog, 9000, {3000: set_animal}))
print(loop(dog, 9000, {3000: set_dog, 6000: del_dog}))
print(loop(dog, 9000, {2000: set_instance, 4000: del_instance, 5000: set_dog}))


class Counter:
    step = 1

    def __init__(self):
        self.n = 0

    def tick(self):
        self.n += self.step


def count(c, n):
    for i in range(n):
        c.tick()
        if i == n // 2:
            Counter.step = 10
        if i == n // 2 + 100:
            c.step = 1000
    return c.n


print(count(Counter(), 8000), count(Counter(), 8000))
Counter.tick = lambda self: setattr(self, "n", self.n - 1)
print(count(Counter(), 4000))


class Plain:
    def value(self):
        return 1


class Other:
    def value(self):
        return 1000


p = Plain()
s = 0
for i in range(8000):
    s += p.value()
    if i == 5000:
        p.__class__ = Other
print(s)
Plain.__bases__ = (Animal,) if False else Plain.__bases__


class Left:
    def go(self):
        return 1


class Right:
    def go(self):
        return 2


class Child(Left):
    pass


c = Child()
s = 0
for i in range(6000):
    s += c.go()
    if i == 3000:
        Child.__bases__ = (Right,)
print(s)
