//! Dialects: how records are written. Checked when made, immutable afterwards.

use super::ERROR;
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::dict::Dict;
use habu_runtime::types::int;
use habu_runtime::types::str::{Str, Units};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::any::TypeId;

pub const MINIMAL: u8 = 0;
pub const ALL: u8 = 1;
pub const NON_NUMERIC: u8 = 2;
pub const NONE: u8 = 3;
pub const STRINGS: u8 = 4;
pub const NOT_NULL: u8 = 5;

/// What a dialect says.
#[derive(Clone)]
pub struct Rules {
    pub delimiter: u32,
    pub quote: Option<u32>,
    pub escape: Option<u32>,
    pub terminator: Vec<u32>,
    pub quoting: u8,
    pub double_quote: bool,
    pub skip_space: bool,
    pub strict: bool,
}

layout! {
    /// Cell of a dialect.
    Dialect(ids::CSV_DIALECT) {} boxed { rules: Rules }
}

/// Where the dict of registered dialects is among the machine's permanent values.
struct State(usize);

/// The registered dialects by name.
pub fn registry(vm: &mut Vm) -> PyResult<Gc<Dict>> {
    let state = vm.module_state.get(&TypeId::of::<State>()).and_then(|s| s.downcast_ref::<State>());
    if let Some(dict) = state.and_then(|s| vm.exact_dict(vm.permanent[s.0])) {
        return Ok(dict);
    }
    let dict = vm.dict_new()?;
    vm.permanent.push(Value::from_gc(dict));
    let at = vm.permanent.len() - 1;
    vm.module_state.insert(TypeId::of::<State>(), Box::new(State(at)));
    Ok(dict)
}

/// A registered dialect.
pub fn registered(vm: &mut Vm, name: Value) -> PyResult {
    let dict = registry(vm)?;
    match vm.dict_get(dict, name)? {
        Some(dialect) => Ok(dialect),
        None => Err(ERROR.raise(vm, "unknown dialect")),
    }
}

const NAMES: [&str; 8] = [
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

/// One character, or none where that is allowed.
fn character(
    vm: &mut Vm,
    name: &str,
    v: Option<Value>,
    default: Option<u32>,
    none: bool,
) -> PyResult<Option<u32>> {
    let Some(v) = v else { return Ok(default) };
    if v.is_none() && none {
        return Ok(None);
    }
    let or_none = if none { " or None" } else { "" };
    let Some(text) = vm.downcast::<Str>(v) else {
        let got = vm.type_name(v);
        return Err(vm.type_error(format!("\"{name}\" must be a unicode character{or_none}, not {got}")));
    };
    if text.len() != 1 {
        let len = text.len();
        return Err(vm.type_error(format!(
            "\"{name}\" must be a unicode character{or_none}, not a string of length {len}"
        )));
    }
    Ok(Some(text.code_point(0)))
}

/// The dialect that another one (or a class, or a name) and keywords describe.
pub fn make(
    vm: &mut Vm,
    cls: Gc<Type>,
    base: Option<Value>,
    keywords: Option<Gc<Dict>>,
) -> PyResult<Gc<Dialect>> {
    let mut base = base.filter(|b| !b.is_none());
    if let Some(name) = base.filter(|b| vm.downcast::<Str>(*b).is_some()) {
        base = Some(registered(vm, name)?);
    }
    let keywords = keywords.filter(|k| !k.is_empty());
    if let Some(dialect) = base.and_then(|b| vm.downcast::<Dialect>(b))
        && keywords.is_none()
    {
        return Ok(dialect);
    }
    let mut given = [None::<Value>; 8];
    if let Some(keywords) = keywords {
        let mut at = 0;
        while let Some((name, v)) = vm.dict_next(keywords, &mut at) {
            let text = vm.to_str(name)?.to_message();
            match NAMES.iter().position(|n| *n == text) {
                Some(i) => given[i] = Some(v),
                None => {
                    return Err(
                        vm.type_error(format!("this function got an unexpected keyword argument '{text}'"))
                    );
                }
            }
        }
    }
    if let Some(base) = base {
        for (slot, name) in given.iter_mut().zip(NAMES) {
            if slot.is_none() {
                let name = vm.intern(name);
                *slot = vm.get_attr_opt(base, name)?;
            }
        }
    }
    let rules = rules(vm, given)?;
    let this = vm.alloc_instance::<Dialect>(cls)?;
    this.rules.init(rules);
    Ok(this)
}

fn rules(vm: &mut Vm, given: [Option<Value>; 8]) -> PyResult<Rules> {
    let [delimiter, double_quote, escape, terminator, quote, quoting, skip_space, strict] = given;
    let delimiter_char = character(vm, "delimiter", delimiter, Some(0x2c), false)?.unwrap_or(0x2c);
    let truth = |vm: &mut Vm, v: Option<Value>, default: bool| v.map_or(Ok(default), |v| vm.truth(v));
    let double_quote = truth(vm, double_quote, true)?;
    let escape = character(vm, "escapechar", escape, None, true)?;
    let terminator: Vec<u32> = match terminator {
        None => vec![13, 10],
        Some(v) => match vm.downcast::<Str>(v) {
            Some(text) => text.iter().collect(),
            None => {
                let got = vm.type_name(v);
                return Err(vm.type_error(format!("\"lineterminator\" must be a string, not {got}")));
            }
        },
    };
    let quote_char = character(vm, "quotechar", quote, Some(0x22), true)?;
    let style = match quoting {
        None if quote.is_some_and(Value::is_none) => NONE,
        None => MINIMAL,
        Some(v) => {
            let Some(n) = int::as_int(vm, v) else {
                let got = vm.type_name(v);
                return Err(vm.type_error(format!("\"quoting\" must be an integer, not {got}")));
            };
            match int::to_i64(n) {
                Some(n @ 0..=5) => n as u8,
                _ => return Err(vm.type_error("bad \"quoting\" value")),
            }
        }
    };
    let skip_space = truth(vm, skip_space, false)?;
    let strict = truth(vm, strict, false)?;
    if style != NONE && quote_char.is_none() {
        return Err(vm.type_error("quotechar must be set if quoting enabled"));
    }
    let named = [("delimiter", Some(delimiter_char)), ("quotechar", quote_char), ("escapechar", escape)];
    for (name, c) in named {
        let bad = matches!(c, Some(10 | 13)) || c == Some(0x20) && skip_space && name != "delimiter";
        if bad {
            return Err(vm.value_error(format!("bad {name} value")));
        }
    }
    for (i, (name, c)) in named.iter().enumerate() {
        for (other, d) in &named[i + 1..] {
            if c.is_some() && c == d {
                return Err(vm.value_error(format!("bad {name} or {other} value")));
            }
        }
        if c.is_some_and(|c| terminator.contains(&c)) {
            return Err(vm.value_error(format!("bad {name} or lineterminator value")));
        }
    }
    Ok(Rules {
        delimiter: delimiter_char,
        quote: quote_char,
        escape,
        terminator,
        quoting: style,
        double_quote,
        skip_space,
        strict,
    })
}

fn optional_char(vm: &mut Vm, c: Option<u32>) -> PyResult {
    match c {
        Some(c) => vm.str_char(c).map(Value::from_gc),
        None => Ok(Value::NONE),
    }
}

fn unpicklable(vm: &mut Vm, this: Gc<Dialect>) -> PyResult {
    let got = vm.type_name(Value::from_gc(this));
    let module = vm.names.module;
    let cls = Value::from_gc(vm.class_of(Value::from_gc(this)));
    let module = vm.get_attr(cls, module)?;
    let module = vm.to_str(module)?.to_message();
    Err(vm.type_error(format!("cannot pickle '{module}.{got}' instances")))
}

/// CSV dialect
///
/// The Dialect type records CSV format information.
#[py_type(name = "Dialect", module = "_csv", id = ids::CSV_DIALECT, subclassable)]
impl Dialect {
    #[new(
        sig = "(dialect=None, delimiter=<unrepresentable>, doublequote=<unrepresentable>, escapechar=<unrepresentable>, lineterminator=<unrepresentable>, quotechar=<unrepresentable>, quoting=<unrepresentable>, skipinitialspace=<unrepresentable>, strict=<unrepresentable>, **kwargs)"
    )]
    fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Gc<Dialect>> {
        let cls = vm.expect_class(args[0]);
        let keywords = match vm.exact_dict(args[10]) {
            Some(keywords) => keywords,
            None => vm.dict_new()?,
        };
        for (name, v) in NAMES.iter().zip(&args[2..10]) {
            if !v.is_unbound() {
                let name = vm.intern(name);
                vm.dict_set_str(keywords, name, *v)?;
            }
        }
        make(vm, cls, args[1].bound(), Some(keywords))
    }
    #[getter]
    fn delimiter(vm: &mut Vm, this: Gc<Dialect>) -> PyResult<Gc<Str>> {
        let c = this.rules.cell().borrow().delimiter;
        vm.str_char(c)
    }
    #[getter]
    fn doublequote(_vm: &mut Vm, this: Gc<Dialect>) -> bool {
        this.rules.cell().borrow().double_quote
    }
    #[getter]
    fn escapechar(vm: &mut Vm, this: Gc<Dialect>) -> PyResult {
        let c = this.rules.cell().borrow().escape;
        optional_char(vm, c)
    }
    #[getter]
    fn lineterminator(vm: &mut Vm, this: Gc<Dialect>) -> PyResult<Gc<Str>> {
        let rules = this.rules.cell().borrow();
        vm.str_units(Units::Four(&rules.terminator))
    }
    #[getter]
    fn quotechar(vm: &mut Vm, this: Gc<Dialect>) -> PyResult {
        let c = this.rules.cell().borrow().quote;
        optional_char(vm, c)
    }
    #[getter]
    fn quoting(_vm: &mut Vm, this: Gc<Dialect>) -> u8 {
        this.rules.cell().borrow().quoting
    }
    #[getter]
    fn skipinitialspace(_vm: &mut Vm, this: Gc<Dialect>) -> bool {
        this.rules.cell().borrow().skip_space
    }
    #[getter]
    fn strict(_vm: &mut Vm, this: Gc<Dialect>) -> bool {
        this.rules.cell().borrow().strict
    }
    /// raises an exception to avoid pickling
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<Dialect>) -> PyResult {
        unpicklable(vm, this)
    }
    /// raises an exception to avoid pickling
    #[method]
    fn __reduce_ex__(vm: &mut Vm, this: Gc<Dialect>, _protocol: Value) -> PyResult {
        unpicklable(vm, this)
    }
}
