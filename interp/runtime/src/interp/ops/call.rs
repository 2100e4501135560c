//! Calls and returns. A Python callee's frame begins where its arguments stand; nothing is copied.

use super::*;
use crate::heap::Gc;
use crate::interp::bind::{self, Keywords};
use crate::interp::frame::{ENTRY, GENERATOR, INIT, OBSERVED};
use crate::interp::{hot, unwind};
use crate::object::{Special, Type, ids};
use crate::tier::Left;
use crate::types::code::call_flags;
use crate::types::function::Function;
use crate::types::method::Method;
use crate::types::tuple::Tuple;
use crate::vm::{PyResult, Raised, id_of};
use habu_bytecode::feedback::{CallKind, call};

/// Records the callee in the site's `call` extension.
#[inline(always)]
fn note_callee(pc: Pc, at: usize, callee: Value, kind: CallKind) {
    if pc.word64(at + call::CALLEE) != callee.0 {
        note_new_callee(pc, at, callee, kind);
    }
}

#[cold]
#[inline(never)]
fn note_new_callee(pc: Pc, at: usize, callee: Value, kind: CallKind) {
    let old = pc.word(at + call::KIND);
    let code = match kind {
        CallKind::Function => function(callee).code.get().map_or(0, |c| c.serial.get()),
        _ => 0,
    };
    let same_code = code != 0 && code == pc.word(at + call::CODE);
    let kind = match CallKind::from_byte(old as u8) {
        CallKind::Never => kind,
        CallKind::Function | CallKind::Code if same_code => CallKind::Code,
        _ => CallKind::Poly,
    };
    pc.set_word64(at + call::CALLEE, callee.0);
    pc.set_word(at + call::CODE, code);
    pc.set_word(at + call::KIND, kind as u32 | ((old >> 8).min(0xff_fffe) + 1) << 8);
}

/// A value known to be a Python function.
#[inline(always)]
fn function(v: Value) -> Gc<Function> {
    // SAFETY: the callers have matched id FUNCTION.
    unsafe { Gc::from_header(v.as_header().expect("functions are cells")) }
}

const CALL_EXT: usize = 2;

pub fn CALL(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let callee = base.get(pc.b());
    if id_of(callee) == ids::FUNCTION {
        note_callee(pc, CALL_EXT, callee, CallKind::Function);
        let window = base.offset(pc.b() as isize + 3);
        return call_python(vm, pc, base, callee, window, pc.c(), Op::CALL.words());
    }
    call_other(vm, pc, base, callee, pc.b() + 3, pc.c(), Op::CALL.words())
}

pub fn CALL_METHOD(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let callee = base.get(pc.b());
    let shift = usize::from(base.get(pc.b() + 3).is_unbound());
    let (first, count) = (pc.b() + 3 + shift, pc.c() - shift);
    if id_of(callee) == ids::FUNCTION {
        note_callee(pc, CALL_EXT, callee, CallKind::Function);
        return call_python(
            vm,
            pc,
            base,
            callee,
            base.offset(first as isize),
            count,
            Op::CALL_METHOD.words(),
        );
    }
    call_other(vm, pc, base, callee, first, count, Op::CALL_METHOD.words())
}

/// Pushes the frame of a Python function whose positional arguments stand at `window`.
#[inline(always)]
fn call_python(
    vm: &mut Vm,
    pc: Pc,
    base: Base,
    callee: Value,
    window: Base,
    count: usize,
    words: usize,
) -> Flow {
    let f = function(callee);
    let code = f.code.get().expect("functions have code");
    let end = window.offset(code.registers.get() as isize);
    if code.call_flags.get() & call_flags::SIMPLE != 0
        && count == code.arg_count.get() as usize
        && end.0 <= vm.ctx.register_limit
        && vm.ctx.depth < vm.ctx.recursion_limit
    {
        window.push(callee, pc.skip(words), pc.a(), base, 0);
        bind::clear_locals(code, window, count);
        vm.ctx.depth += 1;
        return start(vm, code, window);
    }
    call_python_slow(vm, pc, base, callee, window, count, words)
}

/// Starts a frame that has been pushed.
#[inline(always)]
fn start(vm: &mut Vm, code: Gc<crate::types::code::CodeObj>, window: Base) -> Flow {
    if code.native.get() == 0 {
        hot::heat_up(vm, code, window);
        return crate::interp::dispatch::go(vm, code.entry(), window);
    }
    start_native(vm, code, window)
}

#[inline(never)]
fn start_native(vm: &mut Vm, code: Gc<crate::types::code::CodeObj>, window: Base) -> Flow {
    publish(vm, code.entry(), window);
    match hot::enter_native(vm, code, window) {
        Left::Returned(v) => return_from(vm, window, v),
        Left::Resume => hot::resume(vm),
        Left::Refused => crate::interp::dispatch::go(vm, code.entry(), window),
    }
}

#[cold]
#[inline(never)]
fn call_python_slow(
    vm: &mut Vm,
    pc: Pc,
    base: Base,
    callee: Value,
    window: Base,
    count: usize,
    words: usize,
) -> Flow {
    publish(vm, pc, base);
    let f = function(callee);
    let args = window.slice(0, count);
    match push_bound(vm, pc, base, f, callee, window, args, Keywords::default(), words) {
        Ok(()) => start(vm, f.code.get().expect("functions have code"), window),
        Err(raised) => unwind::raise(vm, pc, base, raised),
    }
}

/// Binds arguments into a window above the caller's frame or in it, and pushes the frame.
#[allow(clippy::too_many_arguments, reason = "a call is described by this many things")]
fn push_bound(
    vm: &mut Vm,
    pc: Pc,
    base: Base,
    f: Gc<Function>,
    callee: Value,
    window: Base,
    args: &[Value],
    keywords: Keywords<'_>,
    words: usize,
) -> PyResult<()> {
    let code = f.code.get().expect("functions have code");
    let end = window.offset(code.registers.get() as isize);
    if end.0 > vm.ctx.register_limit || vm.ctx.depth >= vm.ctx.recursion_limit {
        return Err(vm.recursion_error());
    }
    let reserved = vm.reserve_to(end);
    let bound = bind::bind(vm, f, window, args, keywords);
    vm.unreserve(reserved);
    bound?;
    window.push(callee, pc.skip(words), pc.a(), base, 0);
    vm.ctx.depth += 1;
    Ok(())
}

/// Callees that are not Python functions: native ones at once, bound methods and classes in place if possible.
#[inline(never)]
fn call_other(
    vm: &mut Vm,
    pc: Pc,
    base: Base,
    callee: Value,
    first: usize,
    count: usize,
    words: usize,
) -> Flow {
    publish(vm, pc, base);
    match id_of(callee) {
        ids::NATIVE_FUNCTION | ids::METHOD_DESCRIPTOR | ids::WRAPPER_DESCRIPTOR | ids::METHOD_WRAPPER => {
            note_callee(pc, CALL_EXT, callee, CallKind::Native);
            let result = call_native(vm, callee, base.slice(first, count));
            finish!(vm, pc, base, words, pc.a(), result)
        }
        ids::METHOD => {
            let m = vm.exact::<Method>(callee).expect("matched");
            note_callee(pc, CALL_EXT, m.function.get(), CallKind::BoundMethod);
            if id_of(m.function.get()) == ids::FUNCTION {
                // Shift the arguments up by one for the receiver; the window has room above its arguments.
                return call_shifted(vm, pc, base, m.function.get(), m.receiver.get(), first, count, words);
            }
            let result = call_with_first(vm, m.function.get(), m.receiver.get(), base.slice(first, count));
            finish!(vm, pc, base, words, pc.a(), result)
        }
        _ => {
            if let Some(cls) = vm.as_class(callee) {
                note_callee(pc, CALL_EXT, callee, CallKind::Class);
                return call_class(vm, pc, base, cls, first, count, words);
            }
            note_callee(pc, CALL_EXT, callee, CallKind::Poly);
            let result = call_any(vm, callee, base.slice(first, count));
            finish!(vm, pc, base, words, pc.a(), result)
        }
    }
}

// Calls without keywords, apart from the handlers: a local whose address is taken there would turn
// their jump to the next instruction into a call.

#[inline(never)]
fn call_native(vm: &mut Vm, callee: Value, args: &[Value]) -> PyResult {
    vm.call_native(callee, args, Keywords::default())
}

#[inline(never)]
fn call_with_first(vm: &mut Vm, callee: Value, first: Value, args: &[Value]) -> PyResult {
    vm.call_with_first(callee, first, args, Keywords::default())
}

#[inline(never)]
fn call_any(vm: &mut Vm, callee: Value, args: &[Value]) -> PyResult {
    vm.call_with(callee, args, Keywords::default())
}

/// Calls a Python function with one more argument in front, in a fresh window above the frame.
#[allow(clippy::too_many_arguments, reason = "a call is described by this many things")]
fn call_shifted(
    vm: &mut Vm,
    pc: Pc,
    base: Base,
    callee: Value,
    receiver: Value,
    first: usize,
    count: usize,
    words: usize,
) -> Flow {
    let window = Base(vm.register_top()).offset(4);
    let f = function(callee);
    let code = f.code.get().expect("functions have code");
    if window.offset((count + 1 + code.registers.get() as usize) as isize).0 > vm.ctx.register_limit {
        let raised = vm.recursion_error();
        return unwind::raise(vm, pc, base, raised);
    }
    window.set(0, receiver);
    for i in 0..count {
        window.set(i + 1, base.get(first + i));
    }
    let args = window.slice(0, count + 1);
    match push_bound(vm, pc, base, f, callee, window, args, Keywords::default(), words) {
        Ok(()) => start(vm, code, window),
        Err(raised) => unwind::raise(vm, pc, base, raised),
    }
}

/// A class: with plain `__new__` and a Python `__init__`, the initialiser's frame is pushed here.
fn call_class(
    vm: &mut Vm,
    pc: Pc,
    base: Base,
    cls: Gc<Type>,
    first: usize,
    count: usize,
    words: usize,
) -> Flow {
    let word = Value::from_gc(cls);
    if id_of(word) == ids::TYPE || vm.plain_call(word) {
        let new = vm.class_special(cls, Special::New);
        if new == vm.object_new
            && let Some(init) = vm.class_special(cls, Special::Init)
            && id_of(init) == ids::FUNCTION
            && !cls.has(crate::object::class::flags::ABSTRACT)
        {
            let object = match vm.alloc_object(cls) {
                Ok(cell) => Value::from_header(cell),
                Err(raised) => return unwind::raise(vm, pc, base, raised),
            };
            return call_init(vm, pc, base, init, object, first, count, words);
        }
    }
    let result = vm.call_class(cls, base.slice(first, count), Keywords::default());
    finish!(vm, pc, base, words, pc.a(), result)
}

#[allow(clippy::too_many_arguments, reason = "a call is described by this many things")]
fn call_init(
    vm: &mut Vm,
    pc: Pc,
    base: Base,
    init: Value,
    object: Value,
    first: usize,
    count: usize,
    words: usize,
) -> Flow {
    let window = Base(vm.register_top()).offset(4);
    let f = function(init);
    let code = f.code.get().expect("functions have code");
    if window.offset((count + 1 + code.registers.get() as usize) as isize).0 > vm.ctx.register_limit {
        let raised = vm.recursion_error();
        return unwind::raise(vm, pc, base, raised);
    }
    window.set_header(4, object.0);
    window.set(0, object);
    for i in 0..count {
        window.set(i + 1, base.get(first + i));
    }
    let args = window.slice(0, count + 1);
    match push_bound(vm, pc, base, f, init, window, args, Keywords::default(), words) {
        Ok(()) => {
            window.add_flags(INIT);
            start(vm, code, window)
        }
        Err(raised) => unwind::raise(vm, pc, base, raised),
    }
}

pub fn CALL_KW(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let callee = base.get(pc.b());
    let shift = usize::from(pc.x() == 1 && base.get(pc.b() + 3).is_unbound());
    let (first, count) = (pc.b() + 3 + shift, pc.c() - shift);
    let names = vm.exact::<Tuple>(Value(pc.word64(3))).expect("keyword names are a tuple");
    let positional = count - names.len();
    let keywords = Keywords { names: names.items(), values: base.slice(first + positional, names.len()) };
    let args = base.slice(first, positional);
    let words = Op::CALL_KW.words();
    note_callee(
        pc,
        5,
        callee,
        if id_of(callee) == ids::FUNCTION { CallKind::Function } else { CallKind::Poly },
    );
    if id_of(callee) == ids::FUNCTION {
        let f = function(callee);
        let window = Base(vm.register_top()).offset(3);
        return match push_bound(vm, pc, base, f, callee, window, args, keywords, words) {
            Ok(()) => start(vm, f.code.get().expect("functions have code"), window),
            Err(raised) => unwind::raise(vm, pc, base, raised),
        };
    }
    let result = vm.call_with(callee, args, keywords);
    finish!(vm, pc, base, words, pc.a(), result)
}

pub fn CALL_EX(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let result = call_ex(vm, base.get(pc.b()), base.get(pc.b() + 3), base.get(pc.b() + 4));
    finish!(vm, pc, base, Op::CALL_EX.words(), pc.a(), result)
}

/// `f(*args, **keywords)`; `keywords` may be `UNBOUND`.
pub fn call_ex(vm: &mut Vm, callee: Value, args: Value, keywords: Value) -> PyResult {
    let args = match vm.exact::<Tuple>(args) {
        Some(tuple) => tuple,
        None => {
            let result = vm.collect(args);
            let items = match result {
                Ok(items) => items,
                Err(raised) => return Err(star_error(vm, callee, args, raised)),
            };
            vm.tuple(&items)?
        }
    };
    if keywords.is_unbound() {
        return vm.call(callee, args.items());
    }
    let mut names = vm.rooted_vec();
    let mut values = vm.rooted_vec();
    let dict = match vm.exact_dict(keywords) {
        Some(dict) => dict,
        None => {
            let dict = vm.dict_new()?;
            super::build::merge_keywords(vm, dict, keywords, callee)?;
            dict
        }
    };
    let mut at = 0;
    while let Some((k, v)) = vm.dict_next(dict, &mut at) {
        if vm.downcast::<crate::types::str::Str>(k).is_none() {
            return Err(vm.type_error("keywords must be strings"));
        }
        names.push(k);
        values.push(v);
    }
    vm.call_with(callee, args.items(), Keywords { names: &names, values: &values })
}

#[cold]
fn star_error(vm: &mut Vm, callee: Value, args: Value, raised: Raised) -> Raised {
    let not_iterable = vm.lookup_special(args, Special::Iter).is_none()
        && vm.lookup_special(args, Special::GetItem).is_none();
    if !not_iterable {
        return raised;
    }
    vm.take_exception(raised);
    let (callee, name) = (crate::interp::callee_text(vm, callee), vm.type_name(args));
    vm.type_error(format!("{callee} argument after * must be an iterable, not {name}"))
}

pub fn RETURN(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    return_from(vm, base, base.get(pc.a()))
}

pub fn RETURN_NONE(vm: &mut Vm, _pc: Pc, base: Base) -> Flow {
    return_from(vm, base, Value::NONE)
}

/// Pops the frame at `base` with its result.
#[inline(always)]
pub fn return_from(vm: &mut Vm, base: Base, v: Value) -> Flow {
    if base.flags() != 0 {
        return return_flagged(vm, base, v);
    }
    let (pc, caller) = (base.return_pc(), base.caller());
    caller.set(base.return_register(), v);
    vm.ctx.depth -= 1;
    crate::interp::dispatch::go(vm, pc, caller)
}

#[inline(never)]
fn return_flagged(vm: &mut Vm, base: Base, v: Value) -> Flow {
    let flags = base.flags();
    if flags & OBSERVED != 0 {
        crate::types::frame::detach(vm, base);
    }
    if flags & GENERATOR != 0 {
        crate::types::generator::finished(vm, base);
    }
    let mut v = v;
    if flags & INIT != 0 {
        if !v.is_none() {
            let name = vm.type_name(v);
            let caller = base.caller();
            let pc = Pc(base.return_pc().0.wrapping_sub(1));
            vm.ctx.depth -= 1;
            publish(vm, pc, caller);
            let raised = vm.type_error(format!("__init__() should return None, not '{name}'"));
            return unwind::raise(vm, pc, caller, raised);
        }
        v = Value(base.header(4));
    }
    if flags & ENTRY != 0 {
        return crate::interp::dispatch::leave(v);
    }
    let (pc, caller) = (base.return_pc(), base.caller());
    caller.set(base.return_register(), v);
    vm.ctx.depth -= 1;
    crate::interp::dispatch::go(vm, pc, caller)
}

pub fn WITH_EXCEPT(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let result = with_except(vm, base.get(pc.b()), base.get(pc.b() + 3), base.get(pc.c()));
    finish!(vm, pc, base, Op::WITH_EXCEPT.words(), pc.a(), result)
}

#[inline(never)]
fn with_except(vm: &mut Vm, f: Value, receiver: Value, exc: Value) -> PyResult {
    let class = Value::from_gc(vm.class_of(exc));
    let traceback = crate::types::exception::traceback_of(exc);
    let args = [class, exc, traceback];
    if receiver.is_unbound() {
        vm.call(f, &args)
    } else {
        vm.call_with_first(f, receiver, &args, Keywords::default())
    }
}

impl Vm {
    /// Whether calling this class is `type.__call__`.
    fn plain_call(&mut self, class: Value) -> bool {
        let meta = self.class_of(class);
        match self.class_special(meta, Special::Call) {
            Some(f) => self.is_native_descriptor(f),
            None => true,
        }
    }
}

/// How messages about a call name its callee: `module.function()` or `Type object`.
pub fn callee_text(vm: &mut Vm, callee: Value) -> String {
    if id_of(callee) == ids::METHOD {
        let m = vm.exact::<Method>(callee).expect("matched");
        return callee_text(vm, m.function.get());
    }
    let qualname = vm.names.qualname;
    let Ok(Some(name)) = vm.get_attr_opt(callee, qualname) else {
        return format!("{} object", vm.type_name(callee));
    };
    let Some(name) = vm.downcast::<crate::types::str::Str>(name) else {
        return format!("{} object", vm.type_name(callee));
    };
    let module_key = vm.names.module;
    let module = match vm.get_attr_opt(callee, module_key) {
        Ok(Some(v)) => vm.downcast::<crate::types::str::Str>(v),
        _ => None,
    };
    match module {
        Some(m) if !m.is("builtins") => format!("{}.{}()", m.to_message(), name.to_message()),
        _ => format!("{}()", name.to_message()),
    }
}
