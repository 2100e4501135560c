//! Signatures of special methods, used when a declaration gives none (texts as CPython's slot wrappers show them).

/// Signature text of the special method `name`, or none when it is not special or has no fixed shape.
pub fn signature(name: &str) -> Option<&'static str> {
    Some(match name {
        "__repr__" | "__str__" | "__hash__" | "__bool__" | "__len__" | "__length_hint__" | "__iter__"
        | "__next__" | "__reversed__" | "__neg__" | "__pos__" | "__abs__" | "__invert__" | "__int__"
        | "__float__" | "__complex__" | "__index__" | "__trunc__" | "__floor__" | "__ceil__" | "__dir__"
        | "__enter__" | "__await__" | "__aiter__" | "__anext__" | "__aenter__" | "__fspath__"
        | "__sizeof__" | "__reduce__" | "__getstate__" | "__del__" | "__bytes__" | "__copy__"
        | "__getnewargs__" | "__getnewargs_ex__" => "($self, /)",
        "__lt__" | "__le__" | "__eq__" | "__ne__" | "__gt__" | "__ge__" | "__add__" | "__sub__"
        | "__mul__" | "__truediv__" | "__floordiv__" | "__mod__" | "__divmod__" | "__matmul__"
        | "__lshift__" | "__rshift__" | "__and__" | "__or__" | "__xor__" | "__radd__" | "__rsub__"
        | "__rmul__" | "__rtruediv__" | "__rfloordiv__" | "__rmod__" | "__rdivmod__" | "__rmatmul__"
        | "__rlshift__" | "__rrshift__" | "__rand__" | "__ror__" | "__rxor__" | "__iadd__" | "__isub__"
        | "__imul__" | "__itruediv__" | "__ifloordiv__" | "__imod__" | "__imatmul__" | "__ilshift__"
        | "__irshift__" | "__iand__" | "__ior__" | "__ixor__" | "__ipow__" => "($self, value, /)",
        "__pow__" | "__rpow__" => "($self, value, mod=None, /)",
        "__getitem__" | "__delitem__" | "__contains__" | "__missing__" => "($self, key, /)",
        "__setitem__" => "($self, key, value, /)",
        "__getattribute__" | "__getattr__" | "__delattr__" => "($self, name, /)",
        "__setattr__" => "($self, name, value, /)",
        "__get__" => "($self, instance, owner=None, /)",
        "__set__" => "($self, instance, value, /)",
        "__delete__" => "($self, instance, /)",
        "__set_name__" => "($self, owner, name, /)",
        "__call__" | "__init__" => "($self, /, *args, **kwargs)",
        "__format__" => "($self, format_spec, /)",
        "__round__" => "($self, ndigits=None, /)",
        "__reduce_ex__" => "($self, protocol, /)",
        "__setstate__" => "($self, state, /)",
        "__deepcopy__" => "($self, memo, /)",
        "__exit__" | "__aexit__" => "($self, exc_type, exc_value, traceback, /)",
        "__instancecheck__" => "($self, instance, /)",
        "__subclasscheck__" => "($self, subclass, /)",
        "__class_getitem__" => "($cls, object, /)",
        "__mro_entries__" => "($self, bases, /)",
        "__buffer__" => "($self, flags, /)",
        "__release_buffer__" => "($self, buffer, /)",
        _ => return None,
    })
}
