//! The helpers themselves: `extern "C"`, word in and word out; `EXCEPTION` says that an exception is pending. A panic in one
//! aborts with its message: nothing unwinds through native code.

use habu_runtime::heap::Header;
use habu_runtime::interp::bind::Keywords;
use habu_runtime::interp::regs::{Base, Pc};
use habu_runtime::interp::{Performer, known_comparison};
use habu_runtime::object::class::flags;
use habu_runtime::object::ids;
use habu_runtime::protocol::arith::{BinaryOp, UnaryOp};
use habu_runtime::protocol::compare::CmpOp;
use habu_runtime::types::cell::Cell;
use habu_runtime::types::code::CodeObj;
use habu_runtime::types::function::Function;
use habu_runtime::types::generator::{self, Resumed};
use habu_runtime::types::native_function;
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::types::{exception, traceback};
use habu_runtime::vm::{Exc, PyResult, Vm};
use habu_runtime::{Gc, Value};
use std::ptr::NonNull;

pub use super::prepare::{keyword_default, prepare_call, prepare_item, prepare_keywords, prepare_star};
pub use crate::deopt::{exit, interpret, returned_to_invalid};

fn word(result: PyResult<Value>) -> Value {
    // The exception itself is pending in the context; native code's check of the word stands for the proof.
    result.unwrap_or(Value::EXCEPTION)
}

fn done(result: PyResult<()>) -> Value {
    word(result.map(|()| Value::NONE))
}

fn truth_word(result: PyResult<bool>) -> Value {
    word(result.map(Value::bool))
}

/// The operands that native code put into consecutive registers.
fn window<'a>(at: *const Value, n: u64) -> &'a [Value] {
    // SAFETY: native code passes the address of registers it has stored; they stay until the call returns.
    unsafe { std::slice::from_raw_parts(at, n as usize) }
}

fn cmp_op(n: u64) -> CmpOp {
    [CmpOp::Lt, CmpOp::Le, CmpOp::Eq, CmpOp::Ne, CmpOp::Gt, CmpOp::Ge][n as usize]
}

pub extern "C" fn binary(vm: &mut Vm, op: u64, a: Value, b: Value) -> Value {
    word(habu_runtime::interp::operate(vm, BinaryOp::ALL[op as usize], a, b, false))
}

pub extern "C" fn in_place(vm: &mut Vm, op: u64, a: Value, b: Value) -> Value {
    word(habu_runtime::interp::operate(vm, BinaryOp::ALL[op as usize], a, b, true))
}

pub extern "C" fn reflected(vm: &mut Vm, op: u64, a: Value, b: Value, in_place: u64) -> Value {
    let op = BinaryOp::ALL[op as usize];
    word(habu_runtime::protocol::arith::reflected(vm, op, a, b, in_place != 0))
}

pub extern "C" fn unary(vm: &mut Vm, op: u64, v: Value) -> Value {
    word(vm.unary([UnaryOp::Neg, UnaryOp::Pos, UnaryOp::Invert][op as usize], v))
}

pub extern "C" fn compare(vm: &mut Vm, op: u64, a: Value, b: Value) -> Value {
    if let Some(result) = known_comparison(vm, cmp_op(op), a, b) {
        return Value::bool(result);
    }
    word(vm.rich_compare(a, b, cmp_op(op)))
}

pub extern "C" fn compare_truth(vm: &mut Vm, op: u64, a: Value, b: Value) -> Value {
    if let Some(result) = known_comparison(vm, cmp_op(op), a, b) {
        return Value::bool(result);
    }
    let result = vm.rich_compare(a, b, cmp_op(op)).and_then(|v| vm.truth(v));
    truth_word(result)
}

pub extern "C" fn truth(vm: &mut Vm, v: Value) -> Value {
    truth_word(vm.truth(v))
}

pub extern "C" fn not(vm: &mut Vm, v: Value) -> Value {
    truth_word(vm.truth(v).map(|t| !t))
}

pub extern "C" fn contains(vm: &mut Vm, container: Value, item: Value, negate: u64) -> Value {
    if let Some(found) = habu_runtime::interp::contains_plain(container, item) {
        return Value::bool(found != (negate != 0));
    }
    if let (Some(text), Some(part)) = (vm.exact::<Str>(container), vm.exact::<Str>(item)) {
        return Value::bool(text.units().contains(part.units()) != (negate != 0));
    }
    truth_word(vm.contains(container, item).map(|found| found != (negate != 0)))
}

pub extern "C" fn get_item(vm: &mut Vm, v: Value, key: Value) -> Value {
    if let Some(item) = vm.exact_dict(v).and_then(|dict| dict.get_plain(key)) {
        return item;
    }
    word(habu_runtime::interp::get_item(vm, v, key))
}

pub extern "C" fn set_item(vm: &mut Vm, v: Value, key: Value, item: Value) -> Value {
    done(habu_runtime::interp::set_item(vm, v, key, item))
}

pub extern "C" fn del_item(vm: &mut Vm, v: Value, key: Value) -> Value {
    done(vm.del_item(v, key))
}

pub extern "C" fn get_slice(vm: &mut Vm, v: Value, start: Value, stop: Value) -> Value {
    word(habu_runtime::interp::get_slice(vm, v, start, stop))
}

pub extern "C" fn get_iter(vm: &mut Vm, v: Value) -> Value {
    word(vm.get_iter(v))
}

pub extern "C" fn iter_next(vm: &mut Vm, it: Value) -> Value {
    let next = match habu_runtime::interp::iter_next_fast(vm, it) {
        Some(result) => result,
        None => vm.iter_next(it),
    };
    word(next.map(|item| item.unwrap_or(Value::UNBOUND)))
}

/// True: the parts are in the window; false: there are no more; None: not an iterator whose items come so.
pub extern "C" fn iter_parts(vm: &mut Vm, at: *mut Value, it: Value, n: u64) -> Value {
    match habu_runtime::interp::next_into(vm, it, Base(at), n as usize) {
        Some(more) => truth_word(more),
        None => Value::NONE,
    }
}

pub extern "C" fn unpack(vm: &mut Vm, at: *mut Value, v: Value, n: u64) -> Value {
    done(habu_runtime::interp::unpack_into(vm, v, n as usize, at))
}

/// A name operand: always an interned string.
fn name(v: Value) -> Gc<Str> {
    // SAFETY: native code passes entries of the code's names tuple.
    unsafe { Gc::from_header(v.as_header().expect("names are strings")) }
}

pub extern "C" fn get_attr(vm: &mut Vm, v: Value, attr: Value) -> Value {
    let pc = Pc(vm.ctx.pc);
    word(habu_runtime::interp::load_attr_at(vm, pc, v, name(attr)))
}

pub extern "C" fn set_attr(vm: &mut Vm, v: Value, attr: Value, value: Value) -> Value {
    let pc = Pc(vm.ctx.pc);
    done(habu_runtime::interp::store_attr_at(vm, pc, v, name(attr), value))
}

pub extern "C" fn ask_hook(vm: &mut Vm, v: Value, attr: Value, hook: Value) -> Value {
    let exc = vm.ctx.exception;
    if !vm.exception_matches(exc, Exc::AttributeError) {
        return Value::EXCEPTION;
    }
    vm.ctx.exception = Value::UNBOUND;
    word(vm.call(hook, &[v, attr]))
}

pub extern "C" fn bind_method(vm: &mut Vm, function: Value, receiver: Value) -> Value {
    word(vm.bind_method(function, receiver))
}

pub extern "C" fn load_method(vm: &mut Vm, at: *mut Value, v: Value, attr: Value) -> Value {
    let pc = Pc(vm.ctx.pc);
    let pair = habu_runtime::interp::load_method_at(vm, pc, v, name(attr));
    done(pair.map(|(f, receiver)| {
        let targets = Base(at);
        targets.set(0, f);
        targets.set(3, receiver);
    }))
}

pub extern "C" fn call_native(vm: &mut Vm, at: *const Value, count: u64, callee: Value) -> Value {
    let args = &window(at, count + 3)[3..];
    word(match native_function::direct(callee, args.len()) {
        Some(entry) => entry(vm, args),
        None => habu_runtime::interp::call_native(vm, callee, args),
    })
}

pub extern "C" fn perform(vm: &mut Vm, base: *mut Value, pc: *const u32, step: usize) -> Value {
    let step = std::ptr::with_exposed_provenance::<()>(step);
    // SAFETY: native code passes the address that `performer` gave for the instruction.
    let step = unsafe { std::mem::transmute::<*const (), Performer>(step) };
    done(step(vm, Pc(pc), Base(base)))
}

/// `len(v)`, whatever it is.
pub extern "C" fn len(vm: &mut Vm, v: Value) -> Value {
    word(vm.len(v).map(|n| Value::small(n as i64)))
}

pub extern "C" fn raise(vm: &mut Vm, exc: Value, cause: Value) -> Value {
    let _raised = exception::raise_statement(vm, exc, cause);
    Value::EXCEPTION
}

pub extern "C" fn catch(vm: &mut Vm, _raised: Value) -> Value {
    if !crate::tier::JitTier::current().may_catch(vm) {
        return Value::EXCEPTION;
    }
    let (pc, base, exc) = (Pc(vm.ctx.pc), Base(vm.ctx.base), vm.ctx.exception);
    match traceback::record(vm, exc, pc, base) {
        Ok(()) => {
            let raised = vm.pending();
            vm.take_exception(raised)
        }
        Err(other) => vm.take_exception(other),
    }
}

pub extern "C" fn detach(vm: &mut Vm) -> Value {
    crate::tier::JitTier::current().detach(vm);
    Value::NONE
}

pub extern "C" fn clause_matches(vm: &mut Vm, exc: Value, class: Value) -> Value {
    truth_word(habu_runtime::interp::clause_matches(vm, exc, class))
}

// ---- generators

pub extern "C" fn make_generator(vm: &mut Vm, base: *mut Value, pc: *const u32) -> Value {
    word(generator::from_frame(vm, Pc(pc), Base(base)))
}

pub extern "C" fn send(vm: &mut Vm, to: *mut Value, it: Value, v: Value) -> Value {
    truth_word(generator::send_to(vm, it, v).map(|resumed| {
        let (Resumed::Yielded(v) | Resumed::Returned(v)) = resumed;
        Base(to).set(0, v);
        matches!(resumed, Resumed::Returned(_))
    }))
}

pub extern "C" fn yield_from_iter(vm: &mut Vm, v: Value, flags: u64) -> Value {
    word(generator::yield_from_iter(vm, v, flags as u32))
}

pub extern "C" fn awaitable(vm: &mut Vm, v: Value, place: u64) -> Value {
    word(generator::awaitable(vm, v, place as u8))
}

pub extern "C" fn finish_generator(vm: &mut Vm, g: Value) -> Value {
    generator::finish(vm, generator::cell(g));
    Value::NONE
}

pub extern "C" fn restore_handled(vm: &mut Vm, base: *mut Value) -> Value {
    // SAFETY: native code runs in an activation.
    if unsafe { (*vm.ctx.activation).entry_base } != base {
        // Resumed by native code, which leaves that to the body.
        generator::restore_handled(vm, Base(base));
    }
    Value::NONE
}

pub extern "C" fn watch_generator(vm: &mut Vm, g: Value) -> Value {
    generator::watch(vm, generator::cell(g));
    Value::NONE
}

// ---- questions that neither raise nor run anything

/// Whether two exact strings are equal.
pub extern "C" fn same_text(vm: &mut Vm, a: Value, b: Value) -> Value {
    Value::bool(known_comparison(vm, CmpOp::Eq, a, b).unwrap_or(false))
}

pub extern "C" fn is_sequence(vm: &mut Vm, v: Value) -> Value {
    Value::bool(vm.class_of(v).has(flags::SEQUENCE))
}

pub extern "C" fn is_mapping(vm: &mut Vm, v: Value) -> Value {
    Value::bool(vm.class_of(v).has(flags::MAPPING))
}

/// The character of an exact string at a raw index within it, or `UNBOUND` if it is none at hand.
pub extern "C" fn character(vm: &mut Vm, v: Value, at: i64) -> Value {
    vm.str_item_quick(v, at).unwrap_or(Value::UNBOUND)
}

pub extern "C" fn call_window(vm: &mut Vm, at: *const Value, count: u64, method: u64) -> Value {
    let all = window(at, count.max(method) + 3);
    let shift = u64::from(method != 0 && all[3].is_unbound());
    let args = &all[3 + shift as usize..3 + count as usize];
    if habu_runtime::vm::id_of(all[0]) == ids::NATIVE_FUNCTION {
        return word(habu_runtime::interp::call_native(vm, all[0], args));
    }
    word(vm.call(all[0], args))
}

/// `isinstance(v, class)`.
pub extern "C" fn is_instance(vm: &mut Vm, v: Value, class: Value) -> Value {
    let own = Value::from_gc(vm.class_of(v));
    if vm.exact::<Tuple>(class).is_some_and(|classes| classes.items().contains(&own)) {
        return Value::TRUE;
    }
    truth_word(vm.is_instance(v, class))
}

pub extern "C" fn build_tuple(vm: &mut Vm, at: *const Value, n: u64) -> Value {
    word(vm.tuple(window(at, n)).map(Value::from_gc))
}

pub extern "C" fn build_list(vm: &mut Vm, at: *const Value, n: u64) -> Value {
    word(vm.list_from(window(at, n)).map(Value::from_gc))
}

pub extern "C" fn build_map(vm: &mut Vm, at: *const Value, n: u64) -> Value {
    fn make(vm: &mut Vm, pairs: &[Value]) -> PyResult<Value> {
        let dict = vm.dict_with_capacity(pairs.len() / 2)?;
        for pair in pairs.chunks_exact(2) {
            vm.dict_set(dict, pair[0], pair[1])?;
        }
        Ok(Value::from_gc(dict))
    }
    word(make(vm, window(at, 2 * n)))
}

pub extern "C" fn build_set(vm: &mut Vm, at: *const Value, n: u64) -> Value {
    fn make(vm: &mut Vm, items: &[Value]) -> PyResult<Value> {
        let set = vm.set_new(ids::SET)?;
        for v in items {
            vm.set_add(set, *v)?;
        }
        Ok(Value::from_gc(set))
    }
    word(make(vm, window(at, n)))
}

pub extern "C" fn build_slice(vm: &mut Vm, at: *const Value) -> Value {
    let parts = window(at, 3);
    word(vm.slice_new(parts[0], parts[1], parts[2]).map(Value::from_gc))
}

pub extern "C" fn build_string(vm: &mut Vm, at: *const Value, n: u64) -> Value {
    word(habu_runtime::interp::build_string(vm, window(at, n)))
}

pub extern "C" fn list_append(vm: &mut Vm, list: Value, v: Value) -> Value {
    let list = vm.exact_list(list).expect("a list under construction");
    done(vm.list_push(list, v))
}

pub extern "C" fn set_add(vm: &mut Vm, set: Value, v: Value) -> Value {
    done(vm.set_add_to(set, v))
}

pub extern "C" fn map_add(vm: &mut Vm, map: Value, key: Value, v: Value) -> Value {
    let map = vm.exact_dict(map).expect("a dict under construction");
    done(vm.dict_set(map, key, v))
}

pub extern "C" fn call_keywords(
    vm: &mut Vm,
    at: *const Value,
    count: u64,
    method: u64,
    names: Value,
) -> Value {
    let all = window(at, count.max(method) + 3);
    let shift = u64::from(method != 0 && all[3].is_unbound());
    let args = &all[3 + shift as usize..3 + count as usize];
    let Some(names) = vm.exact::<Tuple>(names) else { return word(vm.call(all[0], args)) };
    let positional = args.len() - names.len();
    let keywords = Keywords { names: names.items(), values: &args[positional..] };
    word(vm.call_with(all[0], &args[..positional], keywords))
}

pub extern "C" fn call_star(vm: &mut Vm, callee: Value, args: Value, keywords: Value) -> Value {
    word(habu_runtime::interp::call_ex(vm, callee, args, keywords))
}

pub extern "C" fn load_special(vm: &mut Vm, at: *mut Value, v: Value, which: u64) -> Value {
    let pair = habu_runtime::interp::special_method(vm, v, which as u8);
    done(pair.map(|(f, receiver)| {
        let targets = Base(at);
        targets.set(0, f);
        targets.set(3, receiver);
    }))
}

pub extern "C" fn load_super(
    vm: &mut Vm,
    at: *mut Value,
    operands: *const Value,
    attr: Value,
    flags: u64,
) -> Value {
    let of = window(operands, 3);
    let for_call = flags & 2 != 0;
    let pair =
        habu_runtime::interp::super_attr(vm, of[0], of[1], of[2], name(attr), flags & 1 != 0, for_call);
    done(pair.map(|(f, receiver)| {
        let targets = Base(at);
        targets.set(0, f);
        if for_call {
            targets.set(3, receiver);
        }
    }))
}

pub extern "C" fn unpack_star(vm: &mut Vm, at: *mut Value, v: Value, before: u64, after: u64) -> Value {
    done(habu_runtime::interp::unpack_star_into(vm, v, before as usize, after as usize, at))
}

pub extern "C" fn make_function(vm: &mut Vm, parent: Value, code: Value, closure: Value) -> Value {
    let parent = vm.exact::<Function>(parent).expect("a function runs");
    let code = vm.exact::<CodeObj>(code).expect("a constant of MAKE_FUNCTION");
    let globals = parent.globals.get().expect("functions have globals");
    let closure = vm.exact::<Tuple>(closure);
    word(
        habu_runtime::types::function::new(vm, code, globals, parent.builtins.get(), closure)
            .map(Value::from_gc),
    )
}

pub extern "C" fn set_function_attr(vm: &mut Vm, f: Value, v: Value, which: u64) -> Value {
    let f = vm.exact::<Function>(f).expect("a function just made");
    let owner = f.header();
    match which {
        0 => f.defaults.set(&mut vm.heap, owner, v.exact::<Tuple>()),
        1 => f.kwdefaults.set(&mut vm.heap, owner, v.exact_dict()),
        2 => f.annotate.set(&mut vm.heap, owner, v),
        3 => f.type_params.set(&mut vm.heap, owner, v),
        _ => f.annotations.set(&mut vm.heap, owner, v),
    }
    Value::NONE
}

pub extern "C" fn list_extend(vm: &mut Vm, list: Value, v: Value) -> Value {
    done(habu_runtime::interp::extend_display(vm, list, v))
}

pub extern "C" fn list_to_tuple(vm: &mut Vm, list: Value) -> Value {
    word(habu_runtime::interp::list_to_tuple(vm, list))
}

pub extern "C" fn set_slice(vm: &mut Vm, v: Value, start: Value, stop: Value, items: Value) -> Value {
    done(habu_runtime::interp::set_slice(vm, v, (start, stop), items))
}

pub extern "C" fn del_attr(vm: &mut Vm, v: Value, attr: Value) -> Value {
    done(vm.del_attr(v, name(attr)))
}

pub extern "C" fn convert(vm: &mut Vm, v: Value, which: u64) -> Value {
    let text = match which {
        1 => vm.to_str(v),
        2 => vm.repr(v),
        _ => vm.ascii(v),
    };
    word(text.map(Value::from_gc))
}

pub extern "C" fn format(vm: &mut Vm, v: Value, spec: Value, conversion: u64) -> Value {
    fn make(vm: &mut Vm, v: Value, spec: Value, conversion: u64) -> PyResult<Value> {
        let v = match conversion {
            0 => v,
            1 => Value::from_gc(vm.to_str(v)?),
            2 => Value::from_gc(vm.repr(v)?),
            _ => Value::from_gc(vm.ascii(v)?),
        };
        let spec = match spec.bound() {
            Some(spec) => vm.downcast::<Str>(spec).expect("format specs are strings"),
            None if vm.exact::<Str>(v).is_some() => return Ok(v),
            None => vm.names.empty,
        };
        vm.format(v, spec).map(Value::from_gc)
    }
    word(make(vm, v, spec, conversion))
}

pub extern "C" fn make_cell(vm: &mut Vm, v: Value) -> Value {
    let cell = vm.alloc::<Cell>(ids::CELL);
    word(cell.map(|cell| {
        cell.value.init(v);
        Value::from_gc(cell)
    }))
}

/// The bits in the scratch word become a float object there. Without memory the float is lost: the process says so and ends,
/// as native code has no way on.
pub extern "C" fn make_float(vm: &mut Vm) {
    let x = f64::from_bits(vm.ctx.exit_id);
    match vm.float(x) {
        Ok(v) => vm.ctx.exit_id = v.0,
        Err(_raised) => {
            eprintln!("habu: out of memory in native code");
            std::process::abort();
        }
    }
}

/// As `make_object`; without memory the exit is told, and the word is of a place that nobody reads.
pub extern "C" fn make_virtual(vm: &mut Vm, size: usize, shape: usize) {
    let tier = crate::tier::JitTier::current();
    if !tier.out_of_memory.get() {
        make_object(vm, size, shape);
        tier.out_of_memory.set(vm.ctx.exit_id == 0);
    }
    if tier.out_of_memory.get() {
        vm.ctx.exit_id = tier.nowhere;
    }
}

/// A fresh object's word, or 0, into the scratch word.
pub extern "C" fn make_object(vm: &mut Vm, size: usize, shape: usize) {
    let cell = vm.heap.alloc(size, habu_runtime::ShapeId(shape as u32));
    vm.ctx.exit_id = cell.map_or(0, |cell| Value::from_header(cell).0);
}

/// A fresh dict's word, or 0, into the scratch word.
pub extern "C" fn make_map(vm: &mut Vm, at: *const Value, n: u64) {
    fn make(vm: &mut Vm, pairs: &[Value]) -> PyResult<Value> {
        let dict = vm.dict_with_capacity(pairs.len() / 2)?;
        for pair in pairs.chunks_exact(2) {
            vm.dict_set(dict, pair[0], pair[1])?;
        }
        Ok(Value::from_gc(dict))
    }
    // On the machine's stack the collector finds them.
    let mut pairs = [Value::NONE; 2 * crate::build::MAX_PAIRS];
    let used = &mut pairs[..2 * n as usize];
    used.copy_from_slice(window(at, 2 * n));
    vm.ctx.exit_id = match make(vm, used) {
        Ok(dict) => dict.0,
        Err(raised) => {
            vm.take_exception(raised);
            0
        }
    };
}

/// As `make_map`; see `make_virtual`.
pub extern "C" fn make_virtual_map(vm: &mut Vm, at: *const Value, n: u64) {
    let tier = crate::tier::JitTier::current();
    if !tier.out_of_memory.get() {
        make_map(vm, at, n);
        tier.out_of_memory.set(vm.ctx.exit_id == 0);
    }
    if tier.out_of_memory.get() {
        vm.ctx.exit_id = tier.nowhere;
    }
}

pub extern "C" fn barrier(vm: &mut Vm, cell: usize, slot: usize) {
    if let Some(owner) = NonNull::new(cell as *mut Header) {
        vm.heap.barrier_slot(owner, slot);
    }
}

pub extern "C" fn float_pow(x: f64, y: f64) -> f64 {
    x.powf(y)
}

pub extern "C" fn float_hypot(x: f64, y: f64) -> f64 {
    x.hypot(y)
}

pub extern "C" fn float_mod(x: f64, y: f64) -> f64 {
    let r = x % y;
    if r == 0.0 {
        0f64.copysign(y)
    } else if (r < 0.0) != (y < 0.0) {
        r + y
    } else {
        r
    }
}

pub extern "C" fn float_floor_div(x: f64, y: f64) -> f64 {
    let r = x % y;
    let mut quotient = (x - r) / y;
    if r != 0.0 && (r < 0.0) != (y < 0.0) {
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return 0f64.copysign(x / y);
    }
    let floor = quotient.floor();
    if quotient - floor > 0.5 { floor + 1.0 } else { floor }
}

pub extern "C" fn new_object(vm: &mut Vm, class: Value) -> Value {
    let class = vm.as_class(class).expect("a class was called");
    word(vm.alloc_object(class).map(Value::from_header))
}

pub extern "C" fn new_exception(vm: &mut Vm, class: Value, at: *const Value, count: u64) -> Value {
    let class = vm.as_class(class).expect("a class was called");
    word(exception::make_of(vm, class, window(at, count)))
}

pub extern "C" fn init_result(vm: &mut Vm, v: Value) -> Value {
    let name = vm.type_name(v);
    let _raised = vm.type_error(format!("__init__() should return None, not '{name}'"));
    Value::EXCEPTION
}
