//! Attributes that single builtin exception classes add: which class has which, and their descriptors.

use super::Exception;
use crate::heap::{Field, Gc};
use crate::native::GetSetDecl;
use crate::object::class::flags;
use crate::object::instance::field_at;
use crate::object::{Type, ids};
use crate::types::list::Array;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm};

/// Which attributes an exception has of its own: that of its nearest builtin class with any.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Native {
    None,
    StopIteration,
    SystemExit,
    Import,
    Attribute,
    Name,
    Os,
    Syntax,
    UnicodeEncode,
    UnicodeDecode,
    UnicodeTranslate,
    Group,
}

const CLASSES: [(Exc, Native); 11] = [
    (Exc::StopIteration, Native::StopIteration),
    (Exc::AttributeError, Native::Attribute),
    (Exc::NameError, Native::Name),
    (Exc::ImportError, Native::Import),
    (Exc::OSError, Native::Os),
    (Exc::SystemExit, Native::SystemExit),
    (Exc::SyntaxError, Native::Syntax),
    (Exc::UnicodeEncodeError, Native::UnicodeEncode),
    (Exc::UnicodeDecodeError, Native::UnicodeDecode),
    (Exc::UnicodeTranslateError, Native::UnicodeTranslate),
    (Exc::BaseExceptionGroup, Native::Group),
];

impl Native {
    pub fn of(vm: &Vm, e: Gc<Exception>) -> Native {
        Native::of_class(vm, vm.class_of(Value::from_gc(e)))
    }

    /// What instances of an exception class have.
    pub fn of_class(vm: &Vm, class: Gc<Type>) -> Native {
        if class.has(flags::PLAIN_EXCEPTION) {
            return Native::None;
        }
        let order = class.mro_items();
        let found = CLASSES.iter().find(|(exc, _)| order.contains(&Value::from_gc(vm.exc_class(*exc))));
        if found.is_none() && !class.has(flags::HEAP) {
            class.flags.set(class.flags.get() | flags::PLAIN_EXCEPTION);
        }
        found.map_or(Native::None, |(_, native)| *native)
    }

    /// How many values the `native` array has.
    const fn count(self) -> usize {
        match self {
            Native::None => 0,
            Native::StopIteration | Native::SystemExit | Native::Name => 1,
            Native::Attribute | Native::Group => 2,
            Native::Import => 4,
            Native::Os | Native::UnicodeEncode | Native::UnicodeDecode | Native::UnicodeTranslate => 5,
            Native::Syntax => 9,
        }
    }
}

// Indices into the `native` array, by class.
pub const VALUE: usize = 0;
pub const CODE: usize = 0;
/// `name` of NameError and AttributeError.
pub const NAME: usize = 0;
pub const OBJ: usize = 1;
pub const MSG: usize = 0;
pub const NAME_OF_MODULE: usize = 1;
pub const PATH: usize = 2;
pub const NAME_FROM: usize = 3;
pub const ERRNO: usize = 0;
pub const STRERROR: usize = 1;
pub const FILENAME: usize = 2;
pub const FILENAME2: usize = 3;
pub const WRITTEN: usize = 4;
/// SyntaxError: msg, filename, lineno, offset, text, end_lineno, end_offset, print_file_and_line, _metadata.
pub const SYNTAX_FILENAME: usize = 1;
pub const LINENO: usize = 2;
pub const OFFSET: usize = 3;
pub const TEXT: usize = 4;
pub const END_LINENO: usize = 5;
pub const END_OFFSET: usize = 6;
pub const METADATA: usize = 8;
pub const ENCODING: usize = 0;
pub const OBJECT: usize = 1;
pub const START: usize = 2;
pub const END: usize = 3;
pub const REASON: usize = 4;
pub const MESSAGE: usize = 0;
pub const EXCEPTIONS: usize = 1;
/// The repr of the sequence that was given, unless it was a list or tuple.
pub const EXCEPTIONS_TEXT: usize = 2;

fn array(e: &Exception) -> Option<Gc<Array>> {
    // SAFETY: the field holds an ARRAY or no pointer.
    e.native.get().as_header().map(|h| unsafe { Gc::from_header(h) })
}

fn item<'a>(array: Gc<Array>, index: usize) -> &'a Field {
    // SAFETY: callers check the index against the capacity.
    unsafe { field_at(array.header(), Array::ITEMS + index * 8) }
}

/// The value of a native attribute, `UNBOUND` if it was never set or was deleted.
pub fn native_raw(e: &Exception, index: usize) -> Value {
    match array(e) {
        Some(values) if index < values.capacity.get() => item(values, index).get(),
        _ => Value::UNBOUND,
    }
}

/// The value of a native attribute, `None` if unset.
pub fn native_get(e: &Exception, index: usize) -> Value {
    native_raw(e, index).bound().unwrap_or(Value::NONE)
}

/// Sets a native attribute (`UNBOUND`: deletes it).
pub fn native_set(vm: &mut Vm, e: Gc<Exception>, index: usize, v: Value) -> PyResult<()> {
    let values = match array(&e) {
        Some(values) if index < values.capacity.get() => values,
        old => {
            let count = Native::of(vm, e).count().max(index + 1);
            let new = vm.alloc_sized::<Array>(ids::ARRAY, count * 8)?;
            new.capacity.set(count);
            for i in 0..count {
                let before =
                    old.filter(|o| i < o.capacity.get()).map_or(Value::UNBOUND, |o| item(o, i).get());
                item(new, i).init(before);
            }
            e.native.set(&mut vm.heap, e.header(), Value::from_gc(new));
            new
        }
    };
    item(values, index).set(&mut vm.heap, values.header(), v);
    Ok(())
}

fn get<const INDEX: usize>(vm: &mut Vm, v: Value) -> PyResult {
    match vm.downcast::<Exception>(v) {
        Some(e) => Ok(native_get(&e, INDEX)),
        None => Err(vm.type_error("not an exception")),
    }
}

fn set<const INDEX: usize>(vm: &mut Vm, v: Value, value: Value) -> PyResult<()> {
    match vm.downcast::<Exception>(v) {
        Some(e) => native_set(vm, e, INDEX, value),
        None => Err(vm.type_error("not an exception")),
    }
}

fn set_readonly(vm: &mut Vm, _v: Value, _value: Value) -> PyResult<()> {
    Err(vm.attribute_error_text("readonly attribute"))
}

fn get_written(vm: &mut Vm, v: Value) -> PyResult {
    match vm.downcast::<Exception>(v).map(|e| native_raw(&e, WRITTEN)) {
        Some(n) if !n.is_unbound() => Ok(n),
        _ => Err(vm.attribute_error_text("characters_written")),
    }
}

fn set_written(vm: &mut Vm, v: Value, value: Value) -> PyResult<()> {
    if value.is_unbound() {
        get_written(vm, v)?;
        return set::<WRITTEN>(vm, v, value);
    }
    let n = vm.index_value(value)?;
    set::<WRITTEN>(vm, v, n)
}

/// Start and end of a UnicodeError are integers.
fn set_position<const INDEX: usize>(vm: &mut Vm, v: Value, value: Value) -> PyResult<()> {
    if value.is_unbound() {
        return Err(vm.type_error("can't delete numeric/char attribute"));
    }
    let n = vm.index_value(value)?;
    set::<INDEX>(vm, v, n)
}

macro_rules! attributes {
    ($($name:literal = $index:ident),* $(,)?) => {
        &[$(GetSetDecl { name: $name, doc: None, get: get::<$index>, set: Some(set::<$index>) }),*]
    };
}

const PRINT_FILE: usize = 7;

/// The native attributes that a class itself adds.
pub fn of_class(exc: Exc) -> &'static [GetSetDecl] {
    match exc {
        Exc::StopIteration => attributes!["value" = VALUE],
        Exc::SystemExit => attributes!["code" = CODE],
        Exc::NameError => attributes!["name" = NAME],
        Exc::AttributeError => attributes!["name" = NAME, "obj" = OBJ],
        Exc::ImportError => {
            attributes!["msg" = MSG, "name" = NAME_OF_MODULE, "path" = PATH, "name_from" = NAME_FROM]
        }
        Exc::OSError => {
            const {
                &[
                    GetSetDecl { name: "errno", doc: None, get: get::<ERRNO>, set: Some(set::<ERRNO>) },
                    GetSetDecl {
                        name: "strerror",
                        doc: None,
                        get: get::<STRERROR>,
                        set: Some(set::<STRERROR>),
                    },
                    GetSetDecl {
                        name: "filename",
                        doc: None,
                        get: get::<FILENAME>,
                        set: Some(set::<FILENAME>),
                    },
                    GetSetDecl {
                        name: "filename2",
                        doc: None,
                        get: get::<FILENAME2>,
                        set: Some(set::<FILENAME2>),
                    },
                    GetSetDecl {
                        name: "characters_written",
                        doc: None,
                        get: get_written,
                        set: Some(set_written),
                    },
                ]
            }
        }
        Exc::SyntaxError => attributes![
            "msg" = MSG,
            "filename" = SYNTAX_FILENAME,
            "lineno" = LINENO,
            "offset" = OFFSET,
            "text" = TEXT,
            "end_lineno" = END_LINENO,
            "end_offset" = END_OFFSET,
            "print_file_and_line" = PRINT_FILE,
            "_metadata" = METADATA,
        ],
        Exc::UnicodeEncodeError | Exc::UnicodeDecodeError => {
            const {
                &[
                    GetSetDecl {
                        name: "encoding",
                        doc: None,
                        get: get::<ENCODING>,
                        set: Some(set::<ENCODING>),
                    },
                    GetSetDecl { name: "object", doc: None, get: get::<OBJECT>, set: Some(set::<OBJECT>) },
                    GetSetDecl {
                        name: "start",
                        doc: None,
                        get: get::<START>,
                        set: Some(set_position::<START>),
                    },
                    GetSetDecl { name: "end", doc: None, get: get::<END>, set: Some(set_position::<END>) },
                    GetSetDecl { name: "reason", doc: None, get: get::<REASON>, set: Some(set::<REASON>) },
                ]
            }
        }
        Exc::UnicodeTranslateError => {
            const {
                &[
                    GetSetDecl { name: "object", doc: None, get: get::<OBJECT>, set: Some(set::<OBJECT>) },
                    GetSetDecl {
                        name: "start",
                        doc: None,
                        get: get::<START>,
                        set: Some(set_position::<START>),
                    },
                    GetSetDecl { name: "end", doc: None, get: get::<END>, set: Some(set_position::<END>) },
                    GetSetDecl { name: "reason", doc: None, get: get::<REASON>, set: Some(set::<REASON>) },
                ]
            }
        }
        Exc::BaseExceptionGroup => {
            const {
                &[
                    GetSetDecl { name: "message", doc: None, get: get::<MESSAGE>, set: Some(set_readonly) },
                    GetSetDecl {
                        name: "exceptions",
                        doc: None,
                        get: get::<EXCEPTIONS>,
                        set: Some(set_readonly),
                    },
                ]
            }
        }
        _ => &[],
    }
}
