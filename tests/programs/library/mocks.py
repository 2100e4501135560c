# unittest.mock: every mock has a class of its own, made through super().
from unittest import mock

m = mock.Mock(return_value=3, side_effect=None)
print(m(1, key=2), m.call_args, m.called, m.call_count)
m.method.return_value.other.return_value = 5
print(m.method('a').other(), m.mock_calls)
magic = mock.MagicMock(name='magic')
magic.__len__.return_value = 4
magic.__getitem__.side_effect = lambda key: key * 2
print(len(magic), magic[3], bool(magic), magic.__len__.call_count)


class Service:
    def fetch(self, key):
        return 'real'

    @property
    def size(self):
        return 1


with mock.patch.object(Service, 'fetch', autospec=True, return_value='fake') as fetch:
    print(Service().fetch('k'), fetch.call_count)
print(Service().fetch('k'))
spec = mock.create_autospec(Service)
try:
    spec().fetch()
except TypeError as error:
    print(error)
try:
    spec.nothing
except AttributeError as error:
    print(error)
with mock.patch.dict('os.environ', {'ONLY_HERE': 'yes'}):
    import os
    print(os.environ['ONLY_HERE'])
print('ONLY_HERE' in os.environ)
try:
    m.assert_called_once_with(9)
except AssertionError as error:
    print(error)
print(mock.call(1).method(2), mock.sentinel.thing, mock.ANY == 5)
