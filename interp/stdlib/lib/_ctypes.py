"""The data half of ctypes: simple types, arrays, structures, unions and pointers to them, in memory of our own.

There are no foreign functions: no library can be loaded, no address be read, and calling what is not a Python
function raises NotImplementedError.
"""

import struct as _struct
import sys as _sys

__version__ = '1.1.0'
RTLD_LOCAL, RTLD_GLOBAL = 0, 256
SIZEOF_TIME_T = 8
FUNCFLAG_CDECL, FUNCFLAG_PYTHONAPI, FUNCFLAG_USE_ERRNO, FUNCFLAG_USE_LASTERROR = 1, 4, 8, 16
CTYPES_MAX_ARGCOUNT = 1024

_NATIVE = '<' if _sys.byteorder == 'little' else '>'
_WIDE = {'g': 16, 'G': 32}
# Codes that struct does not have, by what they are kept as.
_KEPT_AS = {'z': 'P', 'Z': 'P', 'O': 'P', 'u': 'I', 'v': 'h'}
_INTEGERS = frozenset('bBhHiIlLqQ')


class ArgumentError(Exception):
    pass


def _missing(what):
    return NotImplementedError(f'ctypes: {what} is not implemented')


class _Type(type):
    """What all ctypes classes have in common: arrays by multiplication, and instances in memory that is there."""

    def __mul__(cls, length):
        if not isinstance(length, int):
            raise TypeError(f"can't multiply sequence by non-int of type '{type(length).__name__}'")
        if length < 0:
            raise ValueError(f'Array length must be >= 0, not {length}')
        key = (cls, length)
        found = _arrays.get(key)
        if found is None:
            name = f'{cls.__name__}_Array_{length}'
            module = _sys._getframemodulename(1) or __name__
            namespace = {'_type_': cls, '_length_': length, '__module__': module}
            found = _arrays[key] = type(Array)(name, (Array,), namespace)
        return found

    __rmul__ = __mul__

    def _at(cls, memory, offset, owner):
        self = cls.__new__(cls)
        self._memory, self._offset, self._owner = memory, offset, owner
        return self

    def from_buffer(cls, source, offset=0):
        view = memoryview(source)
        if view.readonly:
            raise TypeError('underlying buffer is not writable')
        view = view.cast('B')
        if offset < 0:
            raise ValueError('offset cannot be negative')
        if len(view) - offset < cls._size:
            raise ValueError(f'Buffer size too small ({len(view)} instead of at least {cls._size + offset} bytes)')
        return cls._at(view, offset, source)

    def from_buffer_copy(cls, source, offset=0):
        data = bytes(memoryview(source).cast('B'))
        if offset < 0:
            raise ValueError('offset cannot be negative')
        if len(data) - offset < cls._size:
            raise ValueError(f'Buffer size too small ({len(data)} instead of at least {cls._size + offset} bytes)')
        return cls._at(bytearray(data[offset:offset + cls._size]), 0, None)

    def from_address(cls, address):
        raise _missing('reading memory by its address')

    def in_dll(cls, library, name):
        raise _missing('loading a shared library')

    def from_param(cls, value):
        if isinstance(value, cls):
            return value
        raise TypeError(f'expected {cls.__name__} instance instead of {type(value).__name__}')


_arrays = {}


class _CData:
    _size = 0
    _align = 1

    def __new__(cls, *args, **kw):
        self = super().__new__(cls)
        self._memory, self._offset, self._owner = None, 0, None
        return self

    def _own_memory(self):
        if self._memory is None:
            self._memory = bytearray(self._size)

    def _bytes(self):
        return bytes(self._memory[self._offset:self._offset + self._size])

    def _store(self, data, at=0):
        start = self._offset + at
        self._memory[start:start + len(data)] = data

    def __buffer__(self, flags):
        return memoryview(self._memory)[self._offset:self._offset + self._size]

    @property
    def _b_base_(self):
        return self._owner if isinstance(self._owner, _CData) else None

    @property
    def _b_needsfree_(self):
        return self._owner is None

    @property
    def _objects(self):
        return self.__dict__.get('_kept')

    def _keep(self, key, value):
        self.__dict__.setdefault('_kept', {})[key] = value

    def __reduce__(self):
        raise ValueError(f'ctypes objects containing pointers cannot be pickled') \
            if _has_pointers(type(self)) else TypeError(f"cannot pickle '{type(self).__name__}' object")

    __hash__ = object.__hash__


def _has_pointers(cls):
    if issubclass(cls, _SimpleCData):
        return cls._type_ in 'PzZO'
    if issubclass(cls, Array):
        return _has_pointers(cls._type_)
    return issubclass(cls, (_Pointer, CFuncPtr))


class PyCSimpleType(_Type):
    def __init__(cls, name, bases, namespace, **kw):
        super().__init__(name, bases, namespace, **kw)
        if bases[0] is _CData:
            return
        code = getattr(cls, '_type_', None)
        if not isinstance(code, str):
            raise AttributeError("class must define a '_type_' attribute")
        if len(code) != 1 or code not in 'cbBhHiIlLfdgFDGqQuzZPO?v':
            raise AttributeError("class must define a '_type_' attribute which must be a single character string "
                                 "containing one of 'cbBhHiIlLdfuzZqQPXOv?gFDG'.")
        cls._order = namespace.get('_order', '=')
        if code in _WIDE:
            cls._size, cls._align = _WIDE[code], 16
        elif code in 'FD':
            cls._size = {'F': 8, 'D': 16}[code]
            cls._align = cls._size // 2
        else:
            cls._format = _KEPT_AS.get(code, code)
            cls._size = cls._align = _struct.calcsize(cls._format)
        if '_order' not in namespace and code in 'hHiIlLqQfd' and bases == (_SimpleCData,):
            other = '>' if _NATIVE == '<' else '<'
            swapped = type(cls)(name, bases, {'_type_': code, '_order': other, '__module__': cls.__module__})
            cls.__ctype_le__, cls.__ctype_be__ = (cls, swapped) if _NATIVE == '<' else (swapped, cls)
            swapped.__ctype_le__, swapped.__ctype_be__ = cls.__ctype_le__, cls.__ctype_be__

    def from_param(cls, value):
        if isinstance(value, cls):
            return value
        if value is None and cls._type_ in 'PzZ':
            return None
        made = cls()
        made.value = value
        return made


class _SimpleCData(_CData, metaclass=PyCSimpleType):
    _order = '='

    def __init__(self, value=None):
        self._own_memory()
        if value is not None:
            self.value = value

    def _pack(self, value):
        code = self._type_
        if code in _INTEGERS:
            if isinstance(value, float) or not hasattr(value, '__index__'):
                raise TypeError(f"an integer is required (got type {type(value).__name__})"
                                if not isinstance(value, float) else 'int expected instead of float instance')
            number = value.__index__() & (1 << 8 * self._size) - 1
            order = {'<': 'little', '>': 'big', '=': _sys.byteorder}[self._order]
            return number.to_bytes(self._size, order)
        if code in 'fd':
            return _struct.pack((self._order if self._order != '=' else _NATIVE) + code, float(value))
        if code in 'FD':
            value = complex(value)
            return _struct.pack('=2' + code.lower(), value.real, value.imag)
        if code == '?':
            return bytes([bool(value)])
        if code == 'v':
            return _struct.pack('h', -1 if value else 0)
        if code == 'c':
            if isinstance(value, int) and 0 <= value < 256:
                return bytes([value])
            if isinstance(value, (bytes, bytearray)) and len(value) == 1:
                return bytes(value)
            raise TypeError('one character bytes, bytearray, or an integer in range(256) expected')
        if code == 'u':
            if not isinstance(value, str):
                raise TypeError(f'unicode string expected instead of {type(value).__name__} instance')
            if len(value) != 1:
                raise TypeError('one character unicode string expected')
            return _struct.pack('=I', ord(value))
        if code == 'P':
            if value is not None and not isinstance(value, int):
                raise TypeError('cannot be converted to pointer')
            return ((value or 0) & (1 << 64) - 1).to_bytes(self._size, _sys.byteorder)
        if code in 'zZ':
            wanted = bytes if code == 'z' else str
            if value is not None and not isinstance(value, (wanted, int)):
                what = 'bytes' if code == 'z' else 'unicode string'
                raise TypeError(f'{what} or integer address expected instead of {type(value).__name__} instance')
            self._keep('1', value)
            return bytes(self._size) if value is None else id(value).to_bytes(self._size, _sys.byteorder)
        if code == 'O':
            self._keep('1', value)
            return id(value).to_bytes(self._size, _sys.byteorder)
        raise _missing('the value of a long double')

    @property
    def value(self):
        code, data = self._type_, self._bytes()
        if code in _INTEGERS:
            order = {'<': 'little', '>': 'big', '=': _sys.byteorder}[self._order]
            return int.from_bytes(data, order, signed=code.islower())
        if code in 'fd':
            return _struct.unpack((self._order if self._order != '=' else _NATIVE) + code, data)[0]
        if code in 'FD':
            return complex(*_struct.unpack('=2' + code.lower(), data))
        if code == '?':
            return data != b'\0'
        if code == 'v':
            return data != b'\0\0'
        if code == 'c':
            return data
        if code == 'u':
            return chr(_struct.unpack('=I', data)[0])
        if code == 'P':
            return int.from_bytes(data, _sys.byteorder) or None
        if code in 'zZO':
            if not any(data):
                if code == 'O':
                    raise ValueError('PyObject is NULL')
                return None
            kept = (self._objects or {}).get('1')
            if kept is None and code != 'O':
                raise _missing('reading memory by its address')
            return kept
        raise _missing('the value of a long double')

    @value.setter
    def value(self, value):
        self._store(self._pack(value))

    def __bool__(self):
        return any(self._bytes())

    def __repr__(self):
        if type(self).__bases__ != (_SimpleCData,):
            return f'<{type(self).__name__} object at {id(self):#x}>'
        return f'{type(self).__name__}({self.value!r})'

    def __ctypes_from_outparam__(self):
        return self.value if type(self).__bases__ == (_SimpleCData,) else self


def _plain(cls):
    return issubclass(cls, _SimpleCData) and cls.__bases__ == (_SimpleCData,)


def _read(cls, owner, offset):
    """What an element of type cls in owner's memory is to Python."""
    made = cls._at(owner._memory, owner._offset + offset, owner)
    kept = (owner._objects or {}).get(offset)
    if isinstance(made, (_SimpleCData, _Pointer)) and kept is not None:
        made._kept = {'1': kept}
        if isinstance(made, _Pointer):
            made._target = kept
    text = issubclass(cls, Array) and getattr(cls._type_, '_type_', None) in ('c', 'u')
    return made.value if text or _plain(cls) else made


def _write(cls, owner, offset, value):
    made = cls._at(owner._memory, owner._offset + offset, owner)
    if isinstance(value, cls):
        made._store(value._bytes())
        kept = (value._objects or {}).get('1')
    elif issubclass(cls, _SimpleCData):
        made.value = value
        kept = (made._objects or {}).get('1')
    elif issubclass(cls, Array) and isinstance(value, (tuple, list, bytes, str)):
        if isinstance(value, (bytes, str)):
            made.value = value
        else:
            made.__init__(*value)
        kept = None
    elif issubclass(cls, Structure) and isinstance(value, tuple):
        made.__init__(*value)
        kept = None
    elif issubclass(cls, _Pointer):
        if value is None:
            made._store(bytes(cls._size))
            kept = None
        elif isinstance(value, Array) and issubclass(value._type_, cls._type_):
            kept = value
            made._store(id(value).to_bytes(cls._size, _sys.byteorder))
        else:
            raise TypeError(f'expected {cls.__name__} instance, got {type(value).__name__}')
    else:
        raise TypeError(f'incompatible types, {type(value).__name__} instance instead of {cls.__name__} instance')
    if kept is not None:
        owner._keep(offset, kept)


class PyCArrayType(_Type):
    def __init__(cls, name, bases, namespace, **kw):
        super().__init__(name, bases, namespace, **kw)
        if bases[0] is _CData:
            return
        length, kind = getattr(cls, '_length_', None), getattr(cls, '_type_', None)
        if not isinstance(length, int):
            raise AttributeError("class must define a '_length_' attribute") if length is None else \
                TypeError("The '_length_' attribute must be an integer")
        if length < 0:
            raise ValueError("The '_length_' attribute must not be negative")
        if kind is None:
            raise AttributeError("class must define a '_type_' attribute")
        cls._size, cls._align = kind._size * length, kind._align
        if getattr(kind, '_type_', None) == 'c':
            cls.value = property(_char_value, _set_char_value)
            cls.raw = property(_CData._bytes, _set_raw)
        elif getattr(kind, '_type_', None) == 'u':
            cls.value = property(_wide_value, _set_wide_value)


def _char_value(self):
    return self._bytes().split(b'\0', 1)[0]


def _set_char_value(self, value):
    if not isinstance(value, bytes):
        raise TypeError(f'bytes expected instead of {type(value).__name__} instance')
    if len(value) > self._size:
        raise ValueError('byte string too long')
    self._store(value + b'\0' if len(value) < self._size else value)


def _set_raw(self, value):
    data = bytes(memoryview(value))
    if len(data) > self._size:
        raise ValueError('byte string too long')
    self._store(data)


def _wide_value(self):
    codes = _struct.unpack(f'={self._length_}I', self._bytes())
    text = ''.join(map(chr, codes))
    return text.split('\0', 1)[0]


def _set_wide_value(self, value):
    if not isinstance(value, str):
        raise TypeError(f'unicode string expected instead of {type(value).__name__} instance')
    if len(value) > self._length_:
        raise ValueError('string too long')
    codes = [ord(c) for c in value] + [0] * (len(value) < self._length_)
    self._store(_struct.pack(f'={len(codes)}I', *codes))


class Array(_CData, metaclass=PyCArrayType):
    _length_ = 0

    def __init__(self, *values):
        self._own_memory()
        if len(values) > self._length_:
            raise IndexError('invalid index')
        for i, value in enumerate(values):
            self[i] = value

    def __len__(self):
        return self._length_

    def _index(self, i):
        at = i.__index__()
        if at < 0:
            at += self._length_
        if not 0 <= at < self._length_:
            raise IndexError('invalid index')
        return at * self._type_._size

    def __getitem__(self, i):
        if isinstance(i, slice):
            items = [self[at] for at in range(*i.indices(self._length_))]
            code = getattr(self._type_, '_type_', None)
            return b''.join(items) if code == 'c' else ''.join(items) if code == 'u' else items
        return _read(self._type_, self, self._index(i))

    def __setitem__(self, i, value):
        if isinstance(i, slice):
            places = range(*i.indices(self._length_))
            if len(places) != len(value):
                raise ValueError('Can only assign sequence of same size')
            for at, one in zip(places, value):
                self[at] = one
            return
        _write(self._type_, self, self._index(i), value)


class CField:
    """A member of a structure or union."""

    def __init__(self, name, type, offset):
        self.name, self.type, self.offset = name, type, offset
        self.byte_offset, self.byte_size, self.size = offset, type._size, type._size
        self.is_bitfield, self.is_anonymous, self.bit_offset, self.bit_size = False, False, 0, type._size * 8

    def __get__(self, owner, cls=None):
        return self if owner is None else _read(self.type, owner, self.offset)

    def __set__(self, owner, value):
        _write(self.type, owner, self.offset, value)

    def __repr__(self):
        return f'<ctypes.CField {self.name!r} type={self.type.__name__}, ofs={self.offset}, size={self.size}>'


class _Aggregate(_Type):
    def __init__(cls, name, bases, namespace, **kw):
        super().__init__(name, bases, namespace, **kw)
        if '_fields_' in namespace:
            cls._fields_ = namespace['_fields_']

    def __setattr__(cls, name, value):
        super().__setattr__(name, value)
        if name == '_fields_':
            cls._lay_out(value)

    def _lay_out(cls, fields):
        if '_final' in cls.__dict__:
            raise AttributeError('_fields_ is final')
        base = next((b for b in cls.__mro__[1:] if '_final' in b.__dict__), None)
        offset = size = base._size if base else 0
        align = base._align if base else 1
        pack = getattr(cls, '_pack_', 0) or None
        names = list(base._names) if base else []
        for entry in fields:
            if len(entry) == 3:
                raise _missing('a bit field')
            name, kind = entry
            if not isinstance(name, str) or not isinstance(kind, _Type):
                raise TypeError('_fields_ must be a sequence of (name, C type) pairs')
            step = min(kind._align, pack) if pack else kind._align
            align = max(align, step)
            at = 0 if cls._union else -(-offset // step) * step
            super().__setattr__(name, CField(name, kind, at))
            names.append(name)
            offset = at + kind._size
            size = max(size, offset)
        type.__setattr__(cls, '_size', -(-size // align) * align)
        type.__setattr__(cls, '_align', max(align, getattr(cls, '_align_', 1)))
        type.__setattr__(cls, '_names', names)
        type.__setattr__(cls, '_final', True)
        for name in getattr(cls, '_anonymous_', ()):
            inner = cls.__dict__[name]
            inner.is_anonymous = True
            for sub in inner.type._names:
                field = getattr(inner.type, sub)
                super().__setattr__(sub, CField(sub, field.type, inner.offset + field.offset))


class PyCStructType(_Aggregate):
    _union = False


class UnionType(_Aggregate):
    _union = True


class _Members(_CData):
    def __init__(self, *values, **named):
        self._own_memory()
        names = getattr(self, '_names', ())
        if len(values) > len(names):
            raise TypeError('too many initializers')
        for name, value in zip(names, values):
            if name in named:
                raise TypeError(f"duplicate values for field '{name}'")
            setattr(self, name, value)
        for name, value in named.items():
            setattr(self, name, value)


class Structure(_Members, metaclass=PyCStructType):
    pass


class Union(_Members, metaclass=UnionType):
    pass


class PyCPointerType(_Type):
    def __init__(cls, name, bases, namespace, **kw):
        super().__init__(name, bases, namespace, **kw)
        cls._size = cls._align = _struct.calcsize('P')
        if isinstance(namespace.get('_type_'), type):
            cls.set_type(namespace['_type_'])

    def set_type(cls, kind):
        cls._type_ = kind
        if '__pointer_type__' not in kind.__dict__:
            kind.__pointer_type__ = cls

    def from_param(cls, value):
        if value is None or isinstance(value, cls):
            return value
        if isinstance(value, cls._type_):
            return byref(value)
        if isinstance(value, Array) and issubclass(value._type_, cls._type_):
            return value
        return super().from_param(value)


class _Pointer(_CData, metaclass=PyCPointerType):
    _target = None

    def __init__(self, target=None):
        self._own_memory()
        if target is not None:
            self.contents = target

    @property
    def contents(self):
        if self._target is None:
            raise ValueError('NULL pointer access')
        target = self._target
        return self._type_._at(target._memory, target._offset, target)

    @contents.setter
    def contents(self, target):
        if not isinstance(target, self._type_):
            raise TypeError(f'expected {self._type_.__name__} instead of {type(target).__name__}')
        self._target = target
        self._store(id(target).to_bytes(self._size, _sys.byteorder))
        self._keep('1', target)

    def _element(self, i):
        if self._target is None:
            raise ValueError('NULL pointer access')
        at = self._target._offset + i * self._type_._size
        if at < 0 or at + self._type_._size > len(self._target._memory):
            raise _missing('reading memory outside of the object pointed to')
        return i * self._type_._size

    def __getitem__(self, i):
        if isinstance(i, slice):
            items = [self[at] for at in range(i.start or 0, i.stop, i.step or 1)]
            code = getattr(self._type_, '_type_', None)
            return b''.join(items) if code == 'c' else ''.join(items) if code == 'u' else items
        return _read(self._type_, self._target, self._element(i))

    def __setitem__(self, i, value):
        _write(self._type_, self._target, self._element(i), value)

    def __bool__(self):
        return self._target is not None


class PyCFuncPtrType(_Type):
    def __init__(cls, name, bases, namespace, **kw):
        super().__init__(name, bases, namespace, **kw)
        cls._size = cls._align = _struct.calcsize('P')


class CFuncPtr(_CData, metaclass=PyCFuncPtrType):
    """A Python function with the signature of a C one; no other can be made."""

    def __init__(self, function=None, *rest):
        self._own_memory()
        if function is not None and not callable(function):
            raise _missing('a foreign function')
        self._function = function

    def __call__(self, *args):
        if self._function is None:
            raise ValueError('NULL function pointer')
        return self._function(*args)

    def __bool__(self):
        return self._function is not None


class _Reference:
    """What byref() gives: an object to be passed by its address."""

    def __init__(self, target, offset):
        self._obj, self._by = target, offset


def byref(obj, offset=0):
    """Return a pointer-like object for use as a foreign function argument."""
    if not isinstance(obj, _CData):
        raise TypeError(f"byref() argument must be a ctypes instance, not '{type(obj).__name__}'")
    return _Reference(obj, offset)


def _class_of(obj):
    cls = obj if isinstance(obj, _Type) else type(obj)
    if not isinstance(cls, _Type):
        raise TypeError('this type has no size')
    return cls


def sizeof(obj):
    """Return the size in bytes of a C type or instance."""
    return getattr(obj, '_size', None) or _class_of(obj)._size


def alignment(obj):
    """Return the alignment of a C type or instance."""
    return _class_of(obj)._align


def addressof(obj):
    """Return the address of the C instance internal buffer: it has none that stays."""
    raise _missing('the address of an instance')


def resize(obj, size):
    """Resize the memory buffer of a ctypes instance."""
    if size < type(obj)._size:
        raise ValueError(f'minimum size is {type(obj)._size}')
    if obj._owner is not None:
        raise ValueError('Memory cannot be resized because this object doesn\'t own it')
    obj._memory.extend(bytes(max(0, size - len(obj._memory))))
    obj._size = size


def buffer_info(obj):
    """Return buffer interface information: format, number of dimensions, shape."""
    cls, shape = _class_of(obj), []
    while issubclass(cls, Array):
        shape.append(cls._length_)
        cls = cls._type_
    return _NATIVE + getattr(cls, '_type_', 'B'), len(shape), tuple(shape)


def POINTER(cls):
    """The pointer type of a type."""
    return cls.__dict__.get('__pointer_type__') or type(_Pointer)(f'LP_{cls.__name__}', (_Pointer,), {'_type_': cls})


def pointer(obj):
    """A pointer to an instance."""
    return POINTER(type(obj))(obj)


_errno = 0


def get_errno():
    return _errno


def set_errno(value):
    global _errno
    old, _errno = _errno, value
    return old


def dlopen(name, flag=RTLD_LOCAL):
    """Open a shared library: none can be. The program itself (None) can, but has no functions to offer."""
    if name is None:
        return 0
    raise OSError(f'{name}: cannot be opened, foreign functions are not implemented')


def _source(obj):
    if isinstance(obj, _Reference):
        return obj._obj, obj._obj._offset + obj._by
    if isinstance(obj, _Pointer) and obj._target is not None:
        return obj._target, obj._target._offset
    if isinstance(obj, _CData) and not isinstance(obj, _SimpleCData):
        return obj, obj._offset
    raise _missing('memory given by its address')


def _memmove_addr(dst, src, count):
    target, to = _source(dst)
    if isinstance(src, (bytes, bytearray)):
        data = bytes(src[:count])
    else:
        source, at = _source(src)
        data = bytes(source._memory[at:at + count])
    if to + len(data) > len(target._memory) or len(data) != count:
        raise _missing('access outside of an object')
    target._memory[to:to + count] = data
    return dst


def _memset_addr(dst, value, count):
    target, to = _source(dst)
    if to + count > len(target._memory):
        raise _missing('access outside of an object')
    target._memory[to:to + count] = bytes([value & 255]) * count
    return dst


def _string_at_addr(ptr, size):
    if isinstance(ptr, bytes):
        return ptr if size < 0 else ptr[:size]
    source, at = _source(ptr)
    data = bytes(source._memory[at:])
    return data.split(b'\0', 1)[0] if size < 0 else data[:size]


def _wstring_at_addr(ptr, size):
    if isinstance(ptr, str):
        return ptr if size < 0 else ptr[:size]
    raise _missing('memory given by its address')


def _memoryview_at_addr(ptr, size, readonly):
    source, at = _source(ptr)
    view = memoryview(source)[at - source._offset:at - source._offset + size]
    return view.toreadonly() if readonly else view


def _cast_addr(obj, original, typ):
    made = typ()
    if obj is None:
        return made
    if issubclass(typ, _Pointer):
        target, _ = _source(obj)
        made._target = target
        made._keep('1', target)
        return made
    if isinstance(obj, typ):
        made._store(obj._bytes())
        return made
    raise _missing(f'a cast to {typ.__name__}')
