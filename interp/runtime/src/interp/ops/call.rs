//! Calls and returns. A Python callee's frame begins where its arguments stand; nothing is copied.
//!
//! A handler has at most six arguments and no local whose address escapes: else its jump to the next instruction
//! would become a call. What needs either is a helper that returns.

use super::*;
use crate::heap::Gc;
use crate::interp::bind::{self, Keywords};
use crate::interp::frame::{ENTRY, GENERATOR, IN_LOOP, IN_PLACE, INIT, OBSERVED, OPERATOR, PASSING};
use crate::interp::{hot, unwind};
use crate::object::{Special, Type, ids};
use crate::tier::Left;
use crate::types::code::{CodeObj, call_flags};
use crate::types::exception;
use crate::types::function::Function;
use crate::types::method::Method;
use crate::types::native_function;
use crate::vm::{PyResult, Raised, id_of};
use habu_bytecode::feedback::{CallKind, call};

/// Whether the site's `call` extension names this callee.
#[inline(always)]
fn is_noted(pc: Pc, callee: Value) -> bool {
    pc.word64(CALL_EXT + call::CALLEE) == callee.0
}

/// Records the callee in the site's `call` extension.
#[inline(always)]
pub(super) fn note_callee(pc: Pc, at: usize, callee: Value, kind: CallKind) {
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

/// From this value of the `KIND` word on a site has met so many callees that the next one tells nothing new: their count
/// is in the upper bits.
const MANY_CALLEES: u32 = 256 << 8;

/// Notes the function that the instruction is about to call for the first time, then executes it: a helper that
/// came back would cost the handler a frame.
#[inline(never)]
fn call_new_function(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    note_new_callee(pc, CALL_EXT, base.get(pc.b()), CallKind::Function);
    crate::interp::dispatch::go(vm, pc, base)
}

/// A value known to be a Python function.
#[inline(always)]
pub(super) fn function(v: Value) -> Gc<Function> {
    // SAFETY: the callers have matched id FUNCTION.
    unsafe { Gc::from_header(v.as_header().expect("functions are cells")) }
}

/// A function's code.
#[inline(always)]
pub(super) fn code_of(f: Gc<Function>) -> Gc<CodeObj> {
    f.code.get().expect("functions have code")
}

/// Offset of the `call` extension in CALL and CALL_METHOD, and their length.
const CALL_EXT: usize = 2;
const WORDS: usize = Op::CALL.words();
const _: () = assert!(Op::CALL_METHOD.words() == WORDS);

pub fn CALL(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let callee = base.get(pc.b());
    let id = id_of(callee);
    if id == ids::FUNCTION {
        return call_python(vm, pc, base, callee, base.offset(pc.b() as isize + 3), pc.c());
    }
    match id {
        ids::NATIVE_FUNCTION => call_native_function(vm, pc, base),
        ids::TYPE => call_class(vm, pc, base),
        _ => call_other(vm, pc, base, pc.b() + 3, pc.c()),
    }
}

pub fn CALL_METHOD(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let callee = base.get(pc.b());
    let id = id_of(callee);
    let bound = !base.get(pc.b() + 3).is_unbound();
    if id == ids::METHOD_DESCRIPTOR && bound {
        return call_method_descriptor(vm, pc, base);
    }
    if id == ids::NATIVE_FUNCTION && !bound {
        return call_native_attribute(vm, pc, base);
    }
    call_other_method(vm, pc, base)
}

/// Methods that are Python functions, and the rest. Apart: what this needs to save, native methods need not.
#[inline(never)]
fn call_other_method(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let callee = base.get(pc.b());
    let bound = !base.get(pc.b() + 3).is_unbound();
    let shift = usize::from(!bound);
    let (first, count) = (pc.b() + 3 + shift, pc.c() - shift);
    if id_of(callee) == ids::FUNCTION {
        return call_python(vm, pc, base, callee, base.offset(first as isize), count);
    }
    call_other(vm, pc, base, first, count)
}

/// A native method with its receiver in front of the arguments.
#[inline(never)]
fn call_method_descriptor(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let callee = base.get(pc.b());
    note_callee(pc, CALL_EXT, callee, CallKind::Native);
    let args = base.slice(pc.b() + 3, pc.c());
    let result = match native_function::of(callee).decl.get() {
        Some(decl) => crate::native::call_positional(vm, decl, args),
        None => call_native(vm, callee, args),
    };
    finish!(vm, pc, base, WORDS, pc.a(), result)
}

/// A native function that a CALL_METHOD found as it is, as on a module: the register of the receiver is empty.
#[inline(never)]
fn call_native_attribute(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let callee = base.get(pc.b());
    note_callee(pc, CALL_EXT, callee, CallKind::Native);
    let args = base.slice(pc.b() + 4, pc.c() - 1);
    let result = match native_function::unbound(callee) {
        Some(decl) => crate::native::call_positional(vm, decl, args),
        None => call_native(vm, callee, args),
    };
    finish!(vm, pc, base, WORDS, pc.a(), result)
}

/// A class whose metaclass is `type`: an instance that a Python `__init__` initialises is made at once, and the frame
/// of `__init__` begins where its arguments stand, moved by two registers to make room for the instance.
#[inline(never)]
fn call_class(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let callee = base.get(pc.b());
    // SAFETY: the caller matched the id.
    let cls: Gc<Type> = unsafe { Gc::from_header(callee.as_header().expect("classes are cells")) };
    let count = pc.c();
    if !cls.has(crate::object::class::flags::HEAP) {
        return call_builtin_class(vm, pc, base, cls);
    }
    if cls.init_epoch.get() != vm.class_epoch || !is_noted(pc, callee) {
        return call_other(vm, pc, base, pc.b() + 3, count);
    }
    let init = cls.init.get();
    if init.is_unbound() {
        return make_plain(vm, pc, base, cls);
    }
    let code = code_of(function(init));
    let window = base.offset(pc.b() as isize + 4);
    // The instance in front of the frame's header, and the argument that moves beyond the last.
    if !can_push(vm, code, window, count + 1) || cls.has(crate::object::class::flags::ABSTRACT) {
        return call_other(vm, pc, base, pc.b() + 3, count);
    }
    publish(vm, pc, base);
    let object = match vm.alloc_object(cls) {
        Ok(object) => Value::from_header(object),
        Err(raised) => return unwind::raise(vm, pc, base, raised),
    };
    for i in (0..count).rev() {
        let arg = base.get(pc.b() + 3 + i);
        // SAFETY: a register of the new frame. Volatile keeps the loop of few from becoming a call.
        unsafe { window.0.add(i + 1).write_volatile(arg) };
    }
    window.set(0, object);
    window.set_header(4, object.0);
    window.push(init, pc.skip(WORDS), pc.a(), base, INIT);
    bind::clear_locals(code, window, count + 1);
    vm.ctx.depth += 1;
    start(vm, code, window)
}

/// A class of the runtime's own, as `int` or `list`.
#[inline(never)]
fn call_builtin_class(vm: &mut Vm, pc: Pc, base: Base, cls: Gc<Type>) -> Flow {
    publish(vm, pc, base);
    let args = base.slice(pc.b() + 3, pc.c());
    match crate::types::known::construct(vm, cls, args) {
        Some(result) => {
            note_callee(pc, CALL_EXT, base.get(pc.b()), CallKind::Class);
            finish!(vm, pc, base, WORDS, pc.a(), result)
        }
        None => call_class_or_any(vm, pc, base, pc.b() + 3, pc.c()),
    }
}

/// An instance of a class that does nothing when called.
#[inline(never)]
fn make_plain(vm: &mut Vm, pc: Pc, base: Base, cls: Gc<Type>) -> Flow {
    if pc.c() != 0 || cls.has(crate::object::class::flags::ABSTRACT) {
        return call_other(vm, pc, base, pc.b() + 3, pc.c());
    }
    publish(vm, pc, base);
    let result = vm.alloc_object(cls).map(Value::from_header);
    finish!(vm, pc, base, WORDS, pc.a(), result)
}

/// A module's native function, or a bound native method.
#[inline(never)]
fn call_native_function(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let callee = base.get(pc.b());
    note_callee(pc, CALL_EXT, callee, CallKind::Native);
    let args = base.slice(pc.b() + 3, pc.c());
    let result = match native_function::unbound(callee) {
        Some(decl) => crate::native::call_positional(vm, decl, args),
        None => call_native(vm, callee, args),
    };
    finish!(vm, pc, base, WORDS, pc.a(), result)
}

/// Pushes the frame of a Python function whose positional arguments stand at `window`.
#[inline(always)]
fn call_python(vm: &mut Vm, pc: Pc, base: Base, callee: Value, window: Base, count: usize) -> Flow {
    if !is_noted(pc, callee) && pc.word(CALL_EXT + call::KIND) < MANY_CALLEES {
        return call_new_function(vm, pc, base);
    }
    let code = code_of(function(callee));
    if can_push(vm, code, window, count) {
        window.push(callee, pc.skip(WORDS), pc.a(), base, 0);
        bind::clear_locals(code, window, count);
        vm.ctx.depth += 1;
        return start(vm, code, window);
    }
    call_python_slow(vm, pc, base, window, count)
}

/// Whether a frame with `count` arguments in place needs no binding and has room.
#[inline(always)]
fn can_push(vm: &Vm, code: Gc<CodeObj>, window: Base, count: usize) -> bool {
    code.call_flags.get() & call_flags::SIMPLE != 0
        && count == code.arg_count.get() as usize
        && window.offset(code.registers.get() as isize).0 <= vm.ctx.register_limit
        && vm.ctx.depth < vm.ctx.recursion_limit
}

/// Starts a frame that has been pushed.
#[inline(always)]
fn start(vm: &mut Vm, code: Gc<CodeObj>, window: Base) -> Flow {
    if code.native.get() == 0 {
        if hot::heat_is_due(vm, code) {
            return start_hot(vm, code, window);
        }
        return crate::interp::dispatch::go(vm, code.entry(), window);
    }
    start_native(vm, code, window)
}

#[inline(never)]
fn start_hot(vm: &mut Vm, code: Gc<CodeObj>, window: Base) -> Flow {
    hot::report_heat(vm, code, window);
    crate::interp::dispatch::go(vm, code.entry(), window)
}

#[inline(never)]
fn start_native(vm: &mut Vm, code: Gc<CodeObj>, window: Base) -> Flow {
    publish(vm, code.entry(), window);
    match hot::enter_native(vm, code, window) {
        Left::Returned(v) => return_from(vm, window, v),
        Left::Resume => hot::resume(vm),
        Left::Refused => crate::interp::dispatch::go(vm, code.entry(), window),
    }
}

/// Starts the frame that a helper has pushed, or unwinds.
#[inline(always)]
pub(super) fn start_pushed(vm: &mut Vm, pc: Pc, base: Base, pushed: PyResult<Base>) -> Flow {
    match pushed {
        Ok(window) => start(vm, window.code(), window),
        Err(raised) => unwind::raise(vm, pc, base, raised),
    }
}

#[inline(never)]
fn call_python_slow(vm: &mut Vm, pc: Pc, base: Base, window: Base, count: usize) -> Flow {
    publish(vm, pc, base);
    let mut pushed = push_filled(vm, pc, base, window, count);
    if let Ok(Base(at)) = &pushed
        && at.is_null()
    {
        pushed = push_bound(vm, pc, base, base.get(pc.b()), window, count);
    }
    start_pushed(vm, pc, base, pushed)
}

/// Pushes the frame of a function for which nothing is named and nothing is missing but defaults, the tuple of surplus
/// arguments and the dict of keywords. Null, with nothing done: it is another case.
#[inline(never)]
fn push_filled(vm: &mut Vm, pc: Pc, base: Base, window: Base, count: usize) -> PyResult<Base> {
    let callee = base.get(pc.b());
    let f = function(callee);
    let code = code_of(f);
    let (flags, positional) = (code.call_flags.get(), code.arg_count.get() as usize);
    let defaults = f.defaults.get();
    let defaults = defaults.as_ref().map_or(&[][..], |d| d.items());
    let missing = positional.saturating_sub(count);
    let other = flags & call_flags::PARTIAL != 0
        || code.kwonly_count.get() != 0
        || count > positional && flags & call_flags::VARARGS == 0
        || missing > defaults.len()
        || window.offset(code.registers.get() as isize).0 > vm.ctx.register_limit
        || vm.ctx.depth >= vm.ctx.recursion_limit;
    if other {
        return Ok(Base(std::ptr::null_mut()));
    }
    let mut end = positional;
    if flags & (call_flags::VARARGS | call_flags::VARKEYWORDS) != 0 {
        // The arguments are in the caller's registers still, the new objects in locals.
        let rest = match flags & call_flags::VARARGS {
            0 => None,
            _ => Some(vm.tuple(window.slice(count.min(positional), count - count.min(positional)))?),
        };
        let options = if flags & call_flags::VARKEYWORDS != 0 { Some(vm.dict_new()?) } else { None };
        for v in [rest.map(Value::from_gc), options.map(Value::from_gc)].into_iter().flatten() {
            window.set(end, v);
            end += 1;
        }
    }
    for (i, v) in defaults[defaults.len() - missing..].iter().enumerate() {
        window.set(count + i, *v);
    }
    window.push(callee, pc.skip(WORDS), pc.a(), base, 0);
    bind::clear_locals(code, window, end);
    vm.ctx.depth += 1;
    Ok(window)
}

/// Binds positional arguments that stand at `window` and pushes the frame.
#[inline(never)]
fn push_bound(vm: &mut Vm, pc: Pc, base: Base, callee: Value, window: Base, count: usize) -> PyResult<Base> {
    push_with(vm, (pc, base, WORDS), callee, window, window.slice(0, count), &Keywords::default())
}

/// Binds arguments into a window above the caller's frame or in it, and pushes the frame.
pub(super) fn push_with(
    vm: &mut Vm,
    (pc, base, words): (Pc, Base, usize),
    callee: Value,
    window: Base,
    args: &[Value],
    keywords: &Keywords<'_>,
) -> PyResult<Base> {
    let f = function(callee);
    let end = window.offset(code_of(f).registers.get() as isize);
    if end.0 > vm.ctx.register_limit || vm.ctx.depth >= vm.ctx.recursion_limit {
        return Err(vm.recursion_error());
    }
    let reserved = vm.reserve_to(end);
    let bound = bind::bind(vm, f, window, args, keywords);
    vm.unreserve(reserved);
    bound?;
    window.push(callee, pc.skip(words), pc.a(), base, 0);
    vm.ctx.depth += 1;
    Ok(window)
}

/// Callees that are not Python functions: native ones at once, bound methods and classes in place if possible.
#[inline(never)]
fn call_other(vm: &mut Vm, pc: Pc, base: Base, first: usize, count: usize) -> Flow {
    publish(vm, pc, base);
    let callee = base.get(pc.b());
    match id_of(callee) {
        ids::NATIVE_FUNCTION | ids::METHOD_DESCRIPTOR | ids::WRAPPER_DESCRIPTOR | ids::METHOD_WRAPPER => {
            note_callee(pc, CALL_EXT, callee, CallKind::Native);
            let result = match native_function::direct(callee, count) {
                Some(entry) => entry(vm, base.slice(first, count)),
                None => call_native(vm, callee, base.slice(first, count)),
            };
            finish!(vm, pc, base, WORDS, pc.a(), result)
        }
        ids::CLASSMETHOD_DESCRIPTOR => {
            // Unbound only from a LOAD_METHOD, which put the class in front of the arguments.
            note_callee(pc, CALL_EXT, callee, CallKind::Poly);
            let result = call_native(vm, callee, base.slice(first, count));
            finish!(vm, pc, base, WORDS, pc.a(), result)
        }
        ids::METHOD => call_bound_method(vm, pc, base, first, count),
        _ => call_class_or_any(vm, pc, base, first, count),
    }
}

// Calls without keywords, apart from the handlers.

#[inline(never)]
pub fn call_native(vm: &mut Vm, callee: Value, args: &[Value]) -> PyResult {
    if let Some(decl) = native_function::unbound(callee) {
        return crate::native::call_positional(vm, decl, args);
    }
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

#[inline(never)]
fn call_bound_method(vm: &mut Vm, pc: Pc, base: Base, first: usize, count: usize) -> Flow {
    let m = vm.exact::<Method>(base.get(pc.b())).expect("matched");
    let (f, receiver) = (m.function.get(), m.receiver.get());
    note_callee(pc, CALL_EXT, f, CallKind::BoundMethod);
    if id_of(f) == ids::FUNCTION {
        let pushed = push_shifted(vm, pc, base, f, receiver, base.slice(first, count), WORDS);
        return start_pushed(vm, pc, base, pushed);
    }
    let result = call_with_first(vm, f, receiver, base.slice(first, count));
    finish!(vm, pc, base, WORDS, pc.a(), result)
}

/// Pushes the frame of a Python function with one more argument in front, in a fresh window above the frame.
#[inline(never)]
fn push_shifted(
    vm: &mut Vm,
    pc: Pc,
    base: Base,
    callee: Value,
    receiver: Value,
    args: &[Value],
    words: usize,
) -> PyResult<Base> {
    let window = Base(vm.register_top()).offset(4);
    let code = code_of(function(callee));
    let count = args.len() + 1;
    if window.offset((count + code.registers.get() as usize) as isize).0 > vm.ctx.register_limit {
        return Err(vm.recursion_error());
    }
    // What `__init__` initialises; other functions don't look at it.
    window.set_header(4, receiver.0);
    window.set(0, receiver);
    for (i, v) in args.iter().enumerate() {
        window.set(i + 1, *v);
    }
    if can_push(vm, code, window, count) {
        window.push(callee, pc.skip(words), pc.a(), base, 0);
        bind::clear_locals(code, window, count);
        vm.ctx.depth += 1;
        return Ok(window);
    }
    push_with(vm, (pc, base, words), callee, window, window.slice(0, count), &Keywords::default())
}

/// Calls a property's Python getter for the attribute load at `pc`.
#[inline(always)]
pub fn call_getter(vm: &mut Vm, pc: Pc, base: Base, getter: Value, receiver: Value) -> Flow {
    let code = code_of(function(getter));
    let window = Base(vm.register_top()).offset(4);
    if can_push(vm, code, window, 1) {
        window.set(0, receiver);
        window.push(getter, pc.skip(const { Op::LOAD_ATTR.words() }), pc.a(), base, 0);
        bind::clear_locals(code, window, 1);
        vm.ctx.depth += 1;
        return start(vm, code, window);
    }
    let pushed = push_shifted(vm, pc, base, getter, receiver, &[], const { Op::LOAD_ATTR.words() });
    start_pushed(vm, pc, base, pushed)
}

/// Calls a Python `__getattr__` for the attribute load at `pc`.
#[inline(always)]
pub fn call_attr_hook(vm: &mut Vm, pc: Pc, base: Base, hook: Value) -> Flow {
    let pushed = push_attr_hook(vm, pc, base, hook);
    start_pushed(vm, pc, base, pushed)
}

#[inline(never)]
fn push_attr_hook(vm: &mut Vm, pc: Pc, base: Base, hook: Value) -> PyResult<Base> {
    let name = Value::from_gc(super::names::name_operand(base, pc));
    push_shifted(vm, pc, base, hook, base.get(pc.b()), &[name], const { Op::LOAD_ATTR.words() })
}

/// Whether the word above the frame's registers may be written to, as a register that nobody reads.
#[inline(always)]
pub fn has_spare_register(vm: &Vm, base: Base) -> bool {
    let registers = base.code().registers.get();
    registers < u16::MAX && vm.register_top() == base.offset(registers as isize).0
}

/// Calls a property's Python setter for the attribute store at `pc`. What it returns goes to a spare register, which
/// the caller has asked for.
#[inline(always)]
pub fn call_setter(vm: &mut Vm, pc: Pc, base: Base, setter: Value) -> Flow {
    let pushed = push_setter(vm, pc, base, setter);
    start_pushed(vm, pc, base, pushed)
}

/// As `call_setter`, for a Python `__setitem__`.
#[inline(always)]
pub fn call_setitem(vm: &mut Vm, pc: Pc, base: Base, f: Value) -> Flow {
    let args = [base.get(pc.b()), base.get(pc.c())];
    let pushed = push_storing(vm, pc, base, f, &args, const { Op::SET_ITEM.words() });
    start_pushed(vm, pc, base, pushed)
}

#[inline(never)]
fn push_setter(vm: &mut Vm, pc: Pc, base: Base, setter: Value) -> PyResult<Base> {
    let v = base.slice(pc.b(), 1);
    push_storing(vm, pc, base, setter, v, const { Op::STORE_ATTR.words() })
}

/// The object that is stored to is in register `a`.
fn push_storing(vm: &mut Vm, pc: Pc, base: Base, f: Value, args: &[Value], words: usize) -> PyResult<Base> {
    let window = push_shifted(vm, pc, base, f, base.get(pc.a()), args, words)?;
    window.set_return_register(base.code().registers.get() as usize);
    Ok(window)
}

/// Calls a Python `__getitem__` for the subscription at `pc`.
#[inline(always)]
pub fn call_getitem(vm: &mut Vm, pc: Pc, base: Base, f: Value) -> Flow {
    let key = base.slice(pc.c(), 1);
    let pushed = push_shifted(vm, pc, base, f, base.get(pc.b()), key, const { Op::GET_ITEM.words() });
    start_pushed(vm, pc, base, pushed)
}

/// A class, or whatever else is called.
#[inline(never)]
fn call_class_or_any(vm: &mut Vm, pc: Pc, base: Base, first: usize, count: usize) -> Flow {
    let callee = base.get(pc.b());
    let is_class = vm.as_class(callee).is_some();
    note_callee(pc, CALL_EXT, callee, if is_class { CallKind::Class } else { CallKind::Poly });
    if is_class {
        if let Some(init) = plain_init(vm, callee) {
            let pushed = push_init(vm, pc, base, init, base.slice(first, count));
            return start_pushed(vm, pc, base, pushed);
        }
        if id_of(callee) == ids::TYPE
            && let Some(init) = exception::plain_init(vm, vm.expect_class(callee))
        {
            return call_exception_class(vm, pc, base, init, first, count);
        }
    } else if let Some(f) = vm.lookup_special(callee, Special::Call)
        && id_of(f) == ids::FUNCTION
    {
        let pushed = push_shifted(vm, pc, base, f, callee, base.slice(first, count), WORDS);
        return start_pushed(vm, pc, base, pushed);
    }
    let result = call_any(vm, callee, base.slice(first, count));
    finish!(vm, pc, base, WORDS, pc.a(), result)
}

/// An exception that `BaseException.__new__` makes and `init` initialises, unless that is `UNBOUND`.
#[inline(never)]
fn call_exception_class(vm: &mut Vm, pc: Pc, base: Base, init: Value, first: usize, count: usize) -> Flow {
    let (cls, args) = (vm.expect_class(base.get(pc.b())), base.slice(first, count));
    let made = exception::make_of(vm, cls, args);
    if init.is_unbound() {
        finish!(vm, pc, base, WORDS, pc.a(), made)
    }
    let pushed = match made {
        Ok(object) => push_shifted(vm, pc, base, init, object, args, WORDS),
        Err(raised) => Err(raised),
    };
    if let Ok(window) = &pushed {
        window.add_flags(INIT);
    }
    start_pushed(vm, pc, base, pushed)
}

/// The Python `__init__` of a class whose instances `object.__new__` makes; kept in the class.
#[inline]
pub(super) fn plain_init(vm: &mut Vm, callee: Value) -> Option<Value> {
    let cls = vm.as_class(callee)?;
    let init = find_plain_init(vm, callee, cls)?;
    cls.init.set(init);
    cls.init_epoch.set(vm.class_epoch);
    Some(init)
}

/// As `plain_init`, anew; notes classes whose instances are not initialised at all.
fn find_plain_init(vm: &mut Vm, callee: Value, cls: Gc<Type>) -> Option<Value> {
    if id_of(callee) != ids::TYPE && !vm.plain_call(callee) {
        return None;
    }
    if vm.class_special(cls, Special::New) != vm.object_new || cls.has(crate::object::class::flags::ABSTRACT)
    {
        return None;
    }
    let init = vm.class_special(cls, Special::Init)?;
    if cls.has(crate::object::class::flags::HEAP) && vm.object_init == Some(init) {
        cls.init.set(Value::UNBOUND);
        cls.init_epoch.set(vm.class_epoch);
    }
    (id_of(init) == ids::FUNCTION).then_some(init)
}

/// Makes an instance and pushes the frame that initialises it.
#[inline(never)]
fn push_init(vm: &mut Vm, pc: Pc, base: Base, init: Value, args: &[Value]) -> PyResult<Base> {
    let cls = vm.expect_class(base.get(pc.b()));
    let object = Value::from_header(vm.alloc_object(cls)?);
    let window = push_shifted(vm, pc, base, init, object, args, WORDS)?;
    window.add_flags(INIT);
    Ok(window)
}

pub fn RETURN(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    if base.flags() != 0 {
        return return_observed(vm, pc, base, base.get(pc.a()));
    }
    return_from(vm, base, base.get(pc.a()))
}

pub fn RETURN_NONE(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    if base.flags() != 0 {
        return return_observed(vm, pc, base, Value::NONE);
    }
    return_from(vm, base, Value::NONE)
}

/// A frame object keeps the place of the return.
#[inline(never)]
fn return_observed(vm: &mut Vm, pc: Pc, base: Base, v: Value) -> Flow {
    if base.flags() & OBSERVED != 0 {
        publish(vm, pc, base);
    }
    return_flagged(vm, base, v)
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
    if flags == INIT && v.is_none() {
        let (pc, caller) = (base.return_pc(), base.caller());
        caller.set(base.return_register(), Value(base.header(4)));
        vm.ctx.depth -= 1;
        return crate::interp::dispatch::go(vm, pc, caller);
    }
    return_any(vm, base, v)
}

#[inline(never)]
fn return_any(vm: &mut Vm, base: Base, v: Value) -> Flow {
    let flags = base.flags();
    if flags & OBSERVED != 0 {
        crate::types::frame::detach(vm, base);
    }
    if flags & GENERATOR != 0 {
        crate::types::generator::finished(vm, base);
        if flags & IN_PLACE != 0 {
            crate::types::generator::left(vm, base);
            let (behind, caller) = (base.return_pc(), base.caller());
            if flags & IN_LOOP != 0 {
                return crate::interp::dispatch::go(vm, behind, caller);
            }
            if flags & PASSING != 0 {
                crate::types::generator::chain::settle(caller);
            }
            caller.set(base.return_register(), v);
            let pc = Pc(behind.0.wrapping_sub(const { Op::SEND.words() }));
            return crate::interp::dispatch::go(vm, target!(pc, SEND), caller);
        }
    }
    let mut v = v;
    if flags & INIT != 0 {
        if !v.is_none() {
            let caller = base.caller();
            let pc = Pc(base.return_pc().0.wrapping_sub(1));
            vm.ctx.depth -= 1;
            publish(vm, pc, caller);
            let raised = init_returned(vm, v);
            return unwind::raise(vm, pc, caller, raised);
        }
        v = Value(base.header(4));
    }
    if flags & ENTRY != 0 {
        return crate::interp::dispatch::leave(v);
    }
    if flags & OPERATOR != 0 && v == Value::NOT_IMPLEMENTED {
        let caller = base.caller();
        let pc = Pc(base.return_pc().0.wrapping_sub(const { Op::ADD.words() }));
        vm.ctx.depth -= 1;
        publish(vm, pc, caller);
        return match super::arith::not_implemented(vm, pc, caller) {
            Ok(v) => {
                caller.set(pc.a(), v);
                crate::interp::dispatch::go(vm, base.return_pc(), caller)
            }
            Err(raised) => unwind::raise(vm, pc, caller, raised),
        };
    }
    let (pc, caller) = (base.return_pc(), base.caller());
    caller.set(base.return_register(), v);
    vm.ctx.depth -= 1;
    crate::interp::dispatch::go(vm, pc, caller)
}

#[cold]
#[inline(never)]
fn init_returned(vm: &mut Vm, v: Value) -> Raised {
    let name = vm.type_name(v);
    vm.type_error(format!("__init__() should return None, not '{name}'"))
}

stepped!(WITH_EXCEPT, with_except_step);
pub fn with_except_step(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let v = with_except(vm, base.get(pc.b()), base.get(pc.b() + 3), base.get(pc.c()))?;
    base.set(pc.a(), v);
    Ok(())
}

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
    if callee.is_none() {
        return "None".to_owned();
    }
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
