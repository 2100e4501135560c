# Objects that look attributes up in another object first: caches of attribute sites must know.
import threading
import types
import weakref


class Base:
    def __init__(self, *args):
        print('Base', args)

    def __repr__(self):
        return 'a Base'


class Derived(Base):
    def __init__(self, *args):
        behind = super()
        for _ in range(3):
            behind.__init__(*args, 1)
            print(behind.__repr__())
        make = super
        for _ in range(2):
            make(Derived, self).__init__('made')


Derived('x')


class Local(threading.local):
    pair = (None, None)


local = Local()


def pair():
    return local.pair


for i in range(3):
    local.pair = (i, i + 1)
    print(pair(), local.pair)
del local.pair
print(pair())
other = []
thread = threading.Thread(target=lambda: other.append(pair()))
local.pair = 'main'
thread.start()
thread.join()
print(other, pair())


class Target:
    def __str__(self):
        return 'target text'

    def value(self):
        return 7


target = Target()
proxy = weakref.proxy(target)
for _ in range(3):
    print(proxy.__str__(), proxy.value(), str(proxy))

alias = types.GenericAlias(list, (int,))
for _ in range(3):
    print(alias.append([], 3), alias.__origin__, alias.mro()[0])

module = types.ModuleType('plain')
module.kept = 1


class Rich(types.ModuleType):
    @property
    def doubled(self):
        return self.kept * 2

    def add(self):
        self.kept += 1


module.__class__ = Rich
module.add()
print(module.doubled, module.kept, type(module).__name__)
module.__class__ = types.ModuleType
print(module.kept, hasattr(module, 'doubled'))
print(type[int], type[int].__origin__)
