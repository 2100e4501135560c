//! Start-up: the virtual machine with its builtin classes. The one list of native types is here.

use super::threads::Threads;
use super::{Exc, Names, PyResult, RegisterStack, ThreadCtx, Vm};
use crate::heap::{Gc, Heap, ShapeId};
use crate::native::TypeDecl;
use crate::object::shape::Shapes;
use crate::object::{CellLayout, MethodCache, Type, ids};
use crate::types::repr_guard::ReprStack;
use crate::types::str::Strings;
use crate::value::Value;
use std::collections::HashMap;

/// Every builtin type's declaration, bases before what derives from them (`object` and `type` first).
fn declarations() -> Vec<&'static TypeDecl> {
    use crate::types::*;
    vec![
        object::Object::DECL,
        crate::object::Type::DECL,
        none::NoneMethods::DECL,
        none::EllipsisMethods::DECL,
        none::NotImplementedMethods::DECL,
        int::IntMethods::DECL,
        bool::BoolMethods::DECL,
        float::FloatMethods::DECL,
        complex::ComplexMethods::DECL,
        str::Str::DECL,
        str::AsciiIterMethods::DECL,
        str::StrIterMethods::DECL,
        bytes::Bytes::DECL,
        bytes::BytesIter::DECL,
        bytearray::ByteArray::DECL,
        bytearray::ByteArrayIter::DECL,
        memoryview::MemoryView::DECL,
        memoryview::MemoryIter::DECL,
        tuple::Tuple::DECL,
        tuple::TupleIter::DECL,
        list::List::DECL,
        list::ListIter::DECL,
        list::ListRevIter::DECL,
        dict::Dict::DECL,
        dict::KeyIter::DECL,
        dict::ValueIter::DECL,
        dict::ItemIter::DECL,
        dict::RevKeyIter::DECL,
        dict::RevValueIter::DECL,
        dict::RevItemIter::DECL,
        dict::DictKeys::DECL,
        dict::DictValues::DECL,
        dict::DictItems::DECL,
        dict::MappingProxy::DECL,
        set::Set::DECL,
        set::FrozenSet::DECL,
        set::SetIter::DECL,
        slice::Slice::DECL,
        range::Range::DECL,
        range::RangeIter::DECL,
        range::LongRangeIter::DECL,
        enumerate::Enumerate::DECL,
        zip::Zip::DECL,
        map::Map::DECL,
        filter::Filter::DECL,
        reversed::Reversed::DECL,
        seq_iter::SeqIter::DECL,
        seq_iter::CallableIter::DECL,
        frame::Frame::DECL,
        frame::FrameLocals::DECL,
        traceback::Traceback::DECL,
        generic_alias::GenericAlias::DECL,
        union::Union::DECL,
        super_::Super::DECL,
        simple_namespace::SimpleNamespace::DECL,
        weakref::WeakRef::DECL,
        weakref::Proxies::DECL,
        weakref::CallableProxies::DECL,
        cell::Cell::DECL,
        code::CodeObj::DECL,
        function::Function::DECL,
        method::Method::DECL,
        module::Module::DECL,
        descriptor::Property::DECL,
        descriptor::ClassMethods::DECL,
        descriptor::StaticMethods::DECL,
        descriptor::GetSetMethods::DECL,
        descriptor::MemberMethods::DECL,
        native_function::NativeFunctions::DECL,
        native_function::MethodDescriptors::DECL,
        native_function::WrapperDescriptors::DECL,
        native_function::ClassMethodDescriptors::DECL,
        native_function::MethodWrappers::DECL,
        generator::GeneratorMethods::DECL,
        generator::CoroutineMethods::DECL,
        generator::CoroutineWrapper::DECL,
        generator::AsyncGeneratorMethods::DECL,
        generator::AsendMethods::DECL,
        generator::AthrowMethods::DECL,
        generator::AnextAwaitable::DECL,
    ]
}

/// Types whose methods are not declared yet: name, layout and instance dict only.
fn undeclared() -> [(ShapeId, usize, bool); 8] {
    use crate::types::*;
    [
        (ids::CELL, size_of::<cell::Cell>(), false),
        (ids::CODE, size_of::<code::CodeObj>(), false),
        (ids::FUNCTION, size_of::<function::Function>(), true),
        (ids::METHOD, size_of::<method::Method>(), false),
        (ids::MODULE, size_of::<module::Module>(), false),
        (ids::PROPERTY, size_of::<descriptor::Property>(), false),
        (ids::CLASSMETHOD, size_of::<descriptor::Wrapped>(), true),
        (ids::STATICMETHOD, size_of::<descriptor::Wrapped>(), true),
    ]
}

impl Vm {
    /// A virtual machine with its builtin classes but no modules. `None`: not even the first memory could be had.
    pub fn new(options: super::Options) -> Option<Box<Vm>> {
        let registers = RegisterStack::reserve()?;
        let mut heap = Heap::new();
        let mut strings = Strings::new(&mut heap)?;
        let mut complete = true;
        let empty = strings.empty();
        let names = Names::new(&mut |text| match strings.intern(&mut heap, text) {
            Some(s) => s,
            None => {
                complete = false;
                empty
            }
        });
        if !complete {
            return None;
        }
        let ctx = ThreadCtx::new(&registers);
        let mut vm = Box::new(Vm {
            ctx,
            heap,
            shapes: Shapes::default(),
            classes: [None; ids::FIRST_DYNAMIC as usize],
            exceptions: [None; Exc::COUNT],
            names,
            strings,
            method_cache: MethodCache::default(),
            attr_cache: crate::interp::AttrCache::default(),
            class_epoch: 1,
            empty_tuple: None,
            short_bytes: Vec::new(),
            modules: None,
            builtins: None,
            sys: None,
            permanent: Vec::new(),
            registers,
            tier: None,
            threshold: u32::MAX,
            next_serial: 0,
            next_version: 0,
            repr_stack: ReprStack::default(),
            module_state: Default::default(),
            subclasses: HashMap::new(),
            sources: HashMap::new(),
            object_new: None,
            object_init: None,
            range_class: Value::NONE,
            super_class: Value::NONE,
            frames: Default::default(),
            monitoring: Default::default(),
            signal_handler: None,
            spare_memory_error: None,
            rooted: Default::default(),
            hooks: Default::default(),
            threads: Threads::new(std::ptr::null()),
            options,
        });
        vm.threads = Threads::new(&raw const vm.ctx.poll);
        let data = (&raw mut *vm).cast::<()>();
        // Nothing moves the Vm out of its box, so the address stays good for the heap's life.
        vm.heap.set_roots(data, super::trace::trace_roots);
        vm.heap.set_forget(data, super::trace::forget_dead);
        let flag = &raw const vm.ctx.poll;
        vm.heap.set_poll_flag(flag, super::poll::FINALIZE);
        vm.set_stack_limit();
        match vm.make_classes() {
            Ok(()) => Some(vm),
            Err(_) => None,
        }
    }

    /// Takes the machine stack's lower end as the limit for nested calls, with room for native code below.
    pub fn set_stack_limit(&mut self) {
        const RESERVE: usize = 256 * 1024;
        self.ctx.stack_limit = crate::heap::stack_bottom().map_or(0, |low| low + RESERVE);
    }

    fn make_classes(&mut self) -> PyResult<()> {
        // Classes need a class (`type`) and dicts before any is whole: empty cells first, then their content.
        for id in 1..ids::FIRST_DYNAMIC {
            let id = ShapeId(id);
            let cls = self.alloc_sized::<Type>(ids::TYPE, 8)?;
            let version = self.fresh_version();
            cls.version.set(version);
            cls.root_shape.set(id);
            cls.payload.set(8);
            self.classes[id.0 as usize] = Some(cls);
            self.shapes.set_builtin(id, cls, 0);
        }
        for (id, payload, has_dict) in undeclared() {
            let cls = self.builtin(id);
            cls.payload.set(payload as u16);
            if has_dict {
                cls.flags.set(crate::object::class::flags::SLOTTED | crate::object::class::flags::HAS_DICT);
            }
        }
        crate::types::dict::kinds(&mut self.heap);
        crate::types::list::kinds(&mut self.heap);
        crate::types::set::kinds(&mut self.heap);
        self.heap.set_weak_clear(crate::types::weakref::clear);
        for decl in declarations() {
            let base = if decl.id == ids::OBJECT { None } else { Some(self.builtin(decl.base)) };
            let cls = self.make_builtin_class(decl, base)?;
            self.set_class(decl.id, cls);
        }
        for (id, payload, has_dict) in undeclared() {
            self.make_bare_class(id, payload, has_dict)?;
        }
        for id in 1..ids::FIRST_DYNAMIC {
            self.make_bare_class(ShapeId(id), 8, false)?;
        }
        for (id, of) in [(ids::LIST_F64, ids::LIST), (ids::LIST_INT, ids::LIST), (ids::DICT_CELLS, ids::DICT)]
        {
            let cls = self.builtin(of);
            self.shapes.set_builtin(id, cls, 0);
            self.set_class(id, cls);
        }
        self.make_exception_classes()?;
        let object = self.builtin(ids::OBJECT);
        self.object_new = self.class_special(object, crate::object::Special::New);
        self.object_init = self.class_special(object, crate::object::Special::Init);
        self.range_class = Value::from_gc(self.builtin(ids::RANGE));
        self.super_class = Value::from_gc(self.builtin(ids::SUPER));
        let spare = self.make_exception(self.exc_class(Exc::MemoryError), &[])?;
        self.spare_memory_error = Some(Value::from_gc(spare));
        Ok(())
    }

    /// A class with a name and a layout but no methods of its own.
    fn make_bare_class(&mut self, id: ShapeId, payload: usize, has_dict: bool) -> PyResult<()> {
        if self.classes[id.0 as usize].is_some_and(|c| c.name.get().is_some()) {
            return Ok(());
        }
        let object = Value::from_gc(self.builtin(ids::OBJECT));
        let bases: &[Value] = if id == ids::OBJECT { &[] } else { &[object] };
        let layout = crate::object::CellLayout { id, payload };
        let cls = self.builtin(id);
        self.make_plain_class(cls, ids::NAMES[id.0 as usize], bases, None, &[], layout)?;
        use crate::object::class::flags;
        let dict_flags = if has_dict { flags::HAS_DICT | flags::SLOTTED } else { 0 };
        cls.flags.set(flags::IMMUTABLE | dict_flags);
        self.shapes.set_builtin(id, cls, if has_dict { payload as u16 } else { 0 });
        cls.root_shape.set(id);
        Ok(())
    }

    /// The builtin exception classes: one layout, their own root shapes.
    fn make_exception_classes(&mut self) -> PyResult<()> {
        use crate::types::exception::{Exception, classes};
        for exc in Exc::ALL {
            let decl = classes::decl(*exc);
            let mut bases = self.rooted_vec();
            match exc.base() {
                Some(base) => bases.push(Value::from_gc(self.exc_class(base))),
                None => bases.push(Value::from_gc(self.builtin(ids::OBJECT))),
            }
            if let Some(second) = classes::second_base(*exc) {
                bases.push(Value::from_gc(self.exc_class(second)));
            }
            let layout = CellLayout { id: ids::BASE_EXCEPTION, payload: size_of::<Exception>() };
            let cls = self.new_class_cell(ids::TYPE, 1)?;
            self.make_plain_class(cls, exc.name(), &bases, decl, classes::attributes(*exc), layout)?;
            self.exceptions[*exc as usize] = Some(cls);
            if *exc == Exc::BaseException {
                self.classes[ids::BASE_EXCEPTION.0 as usize] = Some(cls);
            }
        }
        Ok(())
    }

    /// The class of a native type that is made when first asked for (types of native modules).
    pub fn native_class(&mut self, decl: &'static TypeDecl) -> PyResult<Gc<Type>> {
        if let Some(cls) = self.classes[decl.id.0 as usize]
            && cls.decl.get().is_some_and(|d| std::ptr::eq(d, decl))
        {
            return Ok(cls);
        }
        let base = self.builtin(decl.base);
        let cls = self.make_builtin_class(decl, Some(base))?;
        self.set_class(decl.id, cls);
        let (key, dict) = (self.names.module, cls.dict.get().expect("classes have a dict"));
        if decl.module != "builtins" && self.dict_get_str(dict, key).is_none() {
            // Instances find it there.
            let module = Value::from_gc(self.intern(decl.module));
            self.dict_set_str(dict, key, module)?;
        }
        Ok(cls)
    }

    /// The class made early for a type id, if it was.
    pub(crate) fn class_slot(&self, id: ShapeId) -> Option<Gc<Type>> {
        self.classes[id.0 as usize]
    }

    fn set_class(&mut self, id: ShapeId, cls: Gc<Type>) {
        self.classes[id.0 as usize] = Some(cls);
    }
}
