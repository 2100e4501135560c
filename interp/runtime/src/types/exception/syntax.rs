//! `SyntaxError`: the place in the source.

use super::Exception;
use super::attributes::{
    END_LINENO, END_OFFSET, LINENO, METADATA, MSG, OFFSET, SYNTAX_FILENAME, TEXT, native_get, native_set,
};
use super::base::{no_keywords, set_args};
use crate::heap::Gc;
use crate::object::ids;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

/// Message and `(filename, lineno, offset, text, end_lineno, end_offset, metadata)`.
pub fn init(vm: &mut Vm, e: Gc<Exception>, args: Gc<Tuple>) -> PyResult<()> {
    let items = args.items();
    let Some(msg) = items.first() else { return Ok(()) };
    native_set(vm, e, MSG, *msg)?;
    let [_, place] = items else { return Ok(()) };
    let place = vm.collect(*place)?;
    match place.len() {
        4..=7 => {}
        n => {
            let (bound, limit) = if n < 4 { ("least", 4) } else { ("most", 7) };
            return Err(vm.type_error(format!("function takes at {bound} {limit} arguments ({n} given)")));
        }
    }
    let fields = [SYNTAX_FILENAME, LINENO, OFFSET, TEXT, END_LINENO, END_OFFSET, METADATA];
    // Made again, it forgets what it is not told.
    let told = place.iter().copied().chain(std::iter::repeat(Value::NONE));
    for (field, v) in fields.iter().zip(told) {
        native_set(vm, e, *field, v)?;
    }
    if place.len() == 5 {
        return Err(vm.type_error("end_offset must be provided when end_lineno is provided"));
    }
    Ok(())
}

pub struct SyntaxError;

#[py_type(name = "SyntaxError", id = ids::BASE_EXCEPTION, payload = Exception, subclassable, has_dict)]
impl SyntaxError {
    #[method(name = "__init__", sig = "($self, /, *args, **kwargs)")]
    fn init(vm: &mut Vm, this: Gc<Exception>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult<()> {
        let class = vm.type_name(Value::from_gc(this));
        no_keywords(vm, &class, kwargs)?;
        set_args(vm, this, args);
        init(vm, this, args)
    }

    #[method(name = "__str__")]
    fn str(vm: &mut Vm, this: Gc<Exception>) -> PyResult<String> {
        let msg = vm.to_str(native_get(&this, MSG))?.to_message();
        let file = vm.downcast::<Str>(native_get(&this, SYNTAX_FILENAME)).map(|name| {
            let name = name.to_message();
            name.rsplit('/').next().unwrap_or_default().to_owned()
        });
        let line = native_get(&this, LINENO).as_small();
        Ok(match (file, line) {
            (Some(file), Some(line)) => format!("{msg} ({file}, line {line})"),
            (Some(file), None) => format!("{msg} ({file})"),
            (None, Some(line)) => format!("{msg} (line {line})"),
            (None, None) => msg,
        })
    }
}
