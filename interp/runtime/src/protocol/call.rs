//! Calling objects from Rust.

use crate::heap::Gc;
use crate::interp::bind::Keywords;
use crate::interp::frame::{ENTRY, HEADER};
use crate::interp::regs::{Base, Pc};
use crate::native::{NativeKind, Owner};
use crate::object::{Special, Type, ids};
use crate::types::code::call_flags;
use crate::types::function::Function;
use crate::types::method::Method;
use crate::types::native_function;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm, id_of};

/// Arguments up to this many, receiver included, are gathered on the machine stack.
const INLINE: usize = 8;

/// Whether a special method is the one that `object` declares.
fn is_of_object(f: Value) -> bool {
    matches!(id_of(f), ids::NATIVE_FUNCTION | ids::METHOD_DESCRIPTOR | ids::WRAPPER_DESCRIPTOR)
        && native_function::of(f)
            .decl
            .get()
            .is_some_and(|d| matches!(d.owner, Owner::Type { id: ids::OBJECT, .. }))
}

impl Vm {
    /// `f(*args)`
    pub fn call(&mut self, f: Value, args: &[Value]) -> PyResult {
        self.call_with(f, args, Keywords::default())
    }

    /// `f(*args, **keywords)`; names are strings.
    pub fn call_kw(&mut self, f: Value, args: &[Value], keywords: &[(Gc<Str>, Value)]) -> PyResult {
        if keywords.is_empty() {
            return self.call(f, args);
        }
        const FEW: usize = 6;
        if keywords.len() <= FEW {
            let (mut names, mut values) = ([Value::NONE; FEW], [Value::NONE; FEW]);
            for (i, (name, v)) in keywords.iter().enumerate() {
                (names[i], values[i]) = (Value::from_gc(*name), *v);
            }
            let (names, values) = (&names[..keywords.len()], &values[..keywords.len()]);
            return self.call_with(f, args, Keywords { names, values });
        }
        let mut names = self.rooted_vec();
        let mut values = self.rooted_vec();
        for (name, v) in keywords {
            names.push(Value::from_gc(*name));
            values.push(*v);
        }
        self.call_with(f, args, Keywords { names: &names, values: &values })
    }

    /// `getattr(v, name)(*args)`, without making a bound method.
    pub fn call_method(&mut self, v: Value, name: &str, args: &[Value]) -> PyResult {
        let name = self.intern(name);
        self.call_method_name(v, name, args)
    }

    /// As `call_method`, for an interned name.
    pub fn call_method_name(&mut self, v: Value, name: Gc<Str>, args: &[Value]) -> PyResult {
        match crate::interp::find_method(self, v, name)? {
            (f, receiver) if receiver.is_unbound() => self.call(f, args),
            (f, receiver) => self.call_found(f, receiver, args),
        }
    }

    /// `getattr(v, name)(*args, **keywords)`, without making a bound method.
    pub fn call_method_kw(
        &mut self,
        v: Value,
        name: &str,
        args: &[Value],
        keywords: &[(Gc<Str>, Value)],
    ) -> PyResult {
        let name = self.intern(name);
        match crate::interp::find_method(self, v, name)? {
            (f, receiver) if receiver.is_unbound() => self.call_kw(f, args, keywords),
            (f, receiver) if args.len() < 4 => {
                let mut all = [receiver; 4];
                all[1..=args.len()].copy_from_slice(args);
                self.call_kw(f, &all[..=args.len()], keywords)
            }
            (f, receiver) => {
                let bound = self.bind_method(f, receiver)?;
                self.call_kw(bound, args, keywords)
            }
        }
    }

    /// Calls a special method of `v`'s class; `None` if it has none.
    pub fn call_special(&mut self, v: Value, special: Special, args: &[Value]) -> PyResult<Option<Value>> {
        match self.lookup_special(v, special) {
            Some(f) => self.call_found(f, v, args).map(Some),
            None => Ok(None),
        }
    }

    /// Calls what was found on `receiver`'s class, bound to it.
    pub fn call_found(&mut self, f: Value, receiver: Value, args: &[Value]) -> PyResult {
        match id_of(f) {
            ids::FUNCTION => match self.call_plain_method(f, receiver, args) {
                Some(result) => result,
                None => self.call_with_first(f, receiver, args, Keywords::default()),
            },
            ids::METHOD_DESCRIPTOR | ids::WRAPPER_DESCRIPTOR => {
                self.call_with_first(f, receiver, args, Keywords::default())
            }
            _ => {
                let owner = self.class_of(receiver);
                let bound = self.bind_found(f, receiver, owner)?;
                self.call(bound, args)
            }
        }
    }

    /// `f(first, *args, **keywords)`
    pub fn call_with_first(
        &mut self,
        f: Value,
        first: Value,
        args: &[Value],
        keywords: Keywords<'_>,
    ) -> PyResult {
        if keywords.names.is_empty() && matches!(id_of(f), ids::METHOD_DESCRIPTOR | ids::WRAPPER_DESCRIPTOR) {
            // Native methods may call native methods to any depth: iterators over iterators.
            self.enter_call()?;
            match *args {
                [] if let Some(entry) = native_function::direct(f, 1) => return entry(self, &[first]),
                [arg] if let Some(entry) = native_function::direct(f, 2) => {
                    return entry(self, &[first, arg]);
                }
                _ => {}
            }
        }
        if args.len() < INLINE {
            let mut all = [Value::NONE; INLINE];
            all[0] = first;
            all[1..=args.len()].copy_from_slice(args);
            return self.call_with(f, &all[..=args.len()], keywords);
        }
        let mut all = self.rooted_vec();
        all.push(first);
        all.extend_from_slice(args);
        self.call_with(f, &all, keywords)
    }

    /// `f(arg)`: what maps, sorts and filters do for each item.
    pub fn call_one(&mut self, f: Value, arg: Value) -> PyResult {
        let result = match id_of(f) {
            ids::FUNCTION => self.call_plain_method(f, arg, &[]),
            ids::NATIVE_FUNCTION => native_function::direct(f, 1)
                .map(|entry| self.enter_call().and_then(|()| entry(self, &[arg]))),
            _ => None,
        };
        match result {
            Some(result) => result,
            None => self.call(f, &[arg]),
        }
    }

    /// `f(receiver, *args)` for a Python function that takes just as many arguments, which go straight to its frame; `None`:
    /// another kind of function, or no room.
    fn call_plain_method(&mut self, f: Value, receiver: Value, args: &[Value]) -> Option<PyResult> {
        let function = self.exact::<Function>(f)?;
        let code = function.code.get()?;
        let (base, count) = (self.frame_above(HEADER), args.len() + 1);
        let fits = code.call_flags.get() & call_flags::SIMPLE != 0
            && code.arg_count.get() as usize == count
            && base.offset(code.registers.get() as isize).0 <= self.ctx.register_limit;
        if !fits || self.is_stack_low() {
            return None;
        }
        base.push(f, Pc(self.ctx.pc).skip(1), 0, Base(self.ctx.base), ENTRY);
        base.set(0, receiver);
        for (i, v) in args.iter().enumerate() {
            base.set(i + 1, *v);
        }
        crate::interp::bind::clear_locals(code, base, count);
        Some(self.run_frame(function, base))
    }

    /// The general call.
    pub fn call_with(&mut self, f: Value, args: &[Value], keywords: Keywords<'_>) -> PyResult {
        match id_of(f) {
            ids::FUNCTION => self.call_function(f, args, keywords),
            ids::NATIVE_FUNCTION
            | ids::METHOD_DESCRIPTOR
            | ids::WRAPPER_DESCRIPTOR
            | ids::METHOD_WRAPPER
            | ids::CLASSMETHOD_DESCRIPTOR => self.call_native(f, args, keywords),
            ids::METHOD => {
                let m = self.exact::<Method>(f).expect("matched");
                self.call_with_first(m.function.get(), m.receiver.get(), args, keywords)
            }
            _ => {
                if let Some(cls) = self.as_class(f) {
                    if keywords.names.is_empty()
                        && !cls.has(crate::object::class::flags::HEAP)
                        && let Some(made) = crate::types::known::construct(self, cls, args)
                    {
                        return made;
                    }
                    return self.call_class(cls, args, keywords);
                }
                match self.lookup_special(f, Special::Call) {
                    Some(call) => {
                        self.enter_call()?;
                        match id_of(call) {
                            ids::FUNCTION | ids::METHOD_DESCRIPTOR | ids::WRAPPER_DESCRIPTOR => {
                                self.call_with_first(call, f, args, keywords)
                            }
                            _ => {
                                let owner = self.class_of(f);
                                self.bind_found(call, f, owner)
                                    .and_then(|bound| self.call_with(bound, args, keywords))
                            }
                        }
                    }
                    None => {
                        let name = self.type_name(f);
                        Err(self.type_error(format!("'{name}' object is not callable")))
                    }
                }
            }
        }
    }

    /// A native function, method or bound native method.
    pub fn call_native(&mut self, f: Value, args: &[Value], keywords: Keywords<'_>) -> PyResult {
        self.enter_call()?;
        let native = native_function::of(f);
        let decl = native.decl.get().expect("native functions are declared");
        let receiver = native.receiver.get();
        let bound =
            matches!(decl.kind, NativeKind::Method | NativeKind::ClassMethod) && !receiver.is_unbound();
        if !bound {
            return crate::native::call(self, decl, args, keywords);
        }
        if args.len() < INLINE {
            let mut all = [Value::NONE; INLINE];
            all[0] = receiver;
            all[1..=args.len()].copy_from_slice(args);
            return crate::native::call(self, decl, &all[..=args.len()], keywords);
        }
        let mut all = self.rooted_vec();
        all.push(receiver);
        all.extend_from_slice(args);
        crate::native::call(self, decl, &all, keywords)
    }

    /// `cls(*args, **keywords)`: the metaclass's `__call__`.
    pub fn call_class(&mut self, cls: Gc<Type>, args: &[Value], keywords: Keywords<'_>) -> PyResult {
        let word = Value::from_gc(cls);
        let meta = self.class_of(word);
        if meta != self.builtin(ids::TYPE)
            && let Some(call) = self.class_special(meta, Special::Call)
            && !self.is_native_descriptor(call)
        {
            return self.call_with_first(call, word, args, keywords);
        }
        self.instantiate(cls, args, keywords)
    }

    /// `type.__call__`
    pub fn instantiate(&mut self, cls: Gc<Type>, args: &[Value], keywords: Keywords<'_>) -> PyResult {
        let word = Value::from_gc(cls);
        if cls == self.builtin(ids::TYPE) {
            match args.len() {
                1 if keywords.names.is_empty() => return Ok(Value::from_gc(self.class_of(args[0]))),
                3 => {}
                _ => return Err(self.type_error("type() takes 1 or 3 arguments")),
            }
        }
        if keywords.names.is_empty()
            && let Some(made) = crate::types::known::construct(self, cls, args)
        {
            return made;
        }
        if args.is_empty() && cls == self.builtin(ids::DICT) {
            return crate::native::keywords_dict(self, keywords);
        }
        let Some(new) = self.class_special(cls, Special::New) else {
            let name = self.class_name(cls);
            return Err(self.type_error(format!("cannot create '{name}' instances")));
        };
        let own_new = !is_of_object(new);
        if !own_new && cls.decl.get().is_some_and(|d| d.payload > size_of::<crate::heap::Header>()) {
            // `object.__new__` would leave the native part empty.
            let name = ids::NAMES[cls.root_shape.get().0 as usize];
            return Err(self.type_error(format!("cannot create '{name}' instances")));
        }
        let new = self.bind_found(new, Value::UNBOUND, cls)?;
        let object = self.call_with_first(new, word, args, keywords)?;
        if !self.class_of(object).is_subtype(cls) {
            return Ok(object);
        }
        let class = self.class_of(object);
        if let Some(init) = self.class_special(class, Special::Init) {
            // `object.__init__` does nothing here: arguments are the business of a `__new__` that takes them.
            if is_of_object(init) && (own_new || args.is_empty() && keywords.names.is_empty()) {
                return Ok(object);
            }
            let result = match id_of(init) {
                ids::FUNCTION | ids::WRAPPER_DESCRIPTOR | ids::METHOD_DESCRIPTOR => {
                    self.call_with_first(init, object, args, keywords)?
                }
                _ => {
                    let bound = self.bind_found(init, object, class)?;
                    self.call_with(bound, args, keywords)?
                }
            };
            if !result.is_none() {
                let name = self.type_name(result);
                return Err(self.type_error(format!("__init__() should return None, not '{name}'")));
            }
        }
        Ok(object)
    }

    /// A Python function: a new frame above all others, run by a nested loop.
    pub fn call_function(&mut self, f: Value, args: &[Value], keywords: Keywords<'_>) -> PyResult {
        // SAFETY: the caller matched the id.
        let function: Gc<Function> = unsafe { Gc::from_header(f.as_header().expect("functions are cells")) };
        self.enter_call()?;
        let base = self.frame_above(HEADER);
        self.call_function_at(f, function, base, args, keywords)
    }

    fn call_function_at(
        &mut self,
        f: Value,
        function: Gc<Function>,
        base: Base,
        args: &[Value],
        keywords: Keywords<'_>,
    ) -> PyResult {
        let code = function.code.get().expect("functions have code");
        if base.offset(code.registers.get() as isize).0 > self.ctx.register_limit {
            return Err(self.recursion_error());
        }
        let caller = Base(self.ctx.base);
        // The caller's place, as a return address: walkers look one word before it.
        base.push(f, Pc(self.ctx.pc).skip(1), 0, caller, ENTRY);
        // Binding may run Python (a dict's keys) and collect: what is bound so far must stay.
        let reserved = self.reserve_to(base.offset(code.registers.get() as isize));
        let bound = crate::interp::bind::bind(self, function, base, args, &keywords);
        self.unreserve(reserved);
        bound?;
        self.run_frame(function, base)
    }

    /// Runs a frame whose header (with `ENTRY`) and parameters are in place.
    pub fn run_frame(&mut self, function: Gc<Function>, base: Base) -> PyResult {
        let code = function.code.get().expect("functions have code");
        let (pc, from) = (self.ctx.pc, self.ctx.base);
        let top = std::mem::replace(&mut self.ctx.top, std::ptr::null_mut());
        self.ctx.depth += 1;
        let word = if self.ctx.depth > self.ctx.recursion_limit {
            Err(self.recursion_error())
        } else {
            let word = if code.call_flags.get() & call_flags::ANY_GENERATOR == 0 {
                crate::interp::run_entry(self, code, base)
            } else {
                crate::interp::run(self, code.entry(), base)
            };
            self.word_result(word)
        };
        self.ctx.depth -= 1;
        self.ctx.top = top;
        self.ctx.pc = pc;
        self.ctx.base = from;
        word
    }

    /// Globals of the newest Python frame, if there is one.
    pub fn current_globals(&self) -> Option<Gc<crate::types::dict::Dict>> {
        let base = Base(self.ctx.base);
        if base.0.is_null() { None } else { base.function().globals.get() }
    }

    /// Builtins of the newest Python frame, or the module's.
    pub fn current_builtins(&self) -> Option<Gc<crate::types::dict::Dict>> {
        let base = Base(self.ctx.base);
        if base.0.is_null() { self.builtins } else { base.function().builtins.get() }
    }

    /// Base of a frame above every register in use.
    pub fn frame_above(&self, header: usize) -> Base {
        Base(self.register_top()).offset(header as isize)
    }

    /// First register word above all frames and reservations.
    pub fn register_top(&self) -> *mut Value {
        let base = Base(self.ctx.base);
        let end = if base.0.is_null() {
            self.registers.start()
        } else {
            base.offset(base.code().registers.get() as isize).0
        };
        end.max(self.ctx.top)
    }

    /// Keeps frames made from now on above `end`; returns what `unreserve` needs.
    pub fn reserve_to(&mut self, end: Base) -> *mut Value {
        let before = self.ctx.top;
        self.ctx.top = end.0.max(before);
        before
    }

    pub fn unreserve(&mut self, before: *mut Value) {
        self.ctx.top = before;
    }

    /// Before a call that recurses on the machine stack: RecursionError when it is nearly used up.
    #[inline]
    pub fn enter_call(&mut self) -> PyResult<()> {
        if self.is_stack_low() { Err(self.recursion_error()) } else { Ok(()) }
    }

    /// Whether the machine stack is nearly used up.
    #[inline]
    fn is_stack_low(&self) -> bool {
        let marker = 0u8;
        (std::hint::black_box(&raw const marker) as usize) < self.ctx.stack_limit
    }

    /// RecursionError with CPython's text.
    #[cold]
    pub fn recursion_error(&mut self) -> crate::vm::Raised {
        self.raise(Exc::RecursionError, "maximum recursion depth exceeded")
    }
}
