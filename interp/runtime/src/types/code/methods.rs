//! The Python type `code`.

use super::CodeObj;
use crate::heap::Gc;
use crate::object::ids;
use crate::types::frame::{lasti, line_at, start_line};
use crate::types::object::address;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_bytecode::{Const, Op, VarKind};
use habu_macros::py_type;
use std::sync::Arc;

fn or_empty(vm: &mut Vm, tuple: Option<Gc<Tuple>>) -> PyResult {
    match tuple {
        Some(tuple) => Ok(Value::from_gc(tuple)),
        None => Ok(Value::from_gc(vm.tuple(&[])?)),
    }
}

/// A number, or None where there is no position.
fn number(n: Option<u32>) -> Value {
    n.map_or(Value::NONE, |n| Value::small(n.into()))
}

/// A tuple's items as constants of code.
fn constants(vm: &mut Vm, code: Gc<CodeObj>, v: Value) -> PyResult<Vec<Const>> {
    let Some(tuple) = vm.exact::<Tuple>(v) else {
        return Err(vm.type_error("replace() argument 'co_consts' must be tuple"));
    };
    let (mut consts, unit) = (Vec::new(), code.whole_unit());
    for (i, item) in tuple.items().iter().enumerate() {
        // What stays need not be of a type that literals have.
        if let Some(known) = unit.consts.get(i)
            && code.consts.get().is_some_and(|old| old.items().get(i) == Some(item))
        {
            consts.push(known.clone());
            continue;
        }
        consts.push(match vm.exact::<CodeObj>(*item) {
            Some(code) => match code.unit().complete_all() {
                Ok(unit) => Const::Code(Arc::new(unit)),
                Err(_) => return Err(vm.system_error("bytecode of the library is damaged")),
            },
            None => {
                let arena = habu_syntax::ast::Arena::new();
                habu_bytecode::compile::from_literal(&crate::pyast::literal(&arena, vm, *item, 0)?)
            }
        });
    }
    Ok(consts)
}

#[py_type(name = "code", id = ids::CODE)]
impl CodeObj {
    #[method]
    fn __repr__(_vm: &mut Vm, this: Gc<CodeObj>) -> String {
        let unit = this.unit();
        let at = address(Value::from_gc(this));
        format!(
            "<code object {} at {at:#x}, file \"{}\", line {}>",
            unit.name, unit.filename, unit.first_line
        )
    }

    #[getter]
    fn co_name(_vm: &mut Vm, this: Gc<CodeObj>) -> Option<Gc<crate::types::str::Str>> {
        this.name.get()
    }

    #[getter]
    fn co_qualname(_vm: &mut Vm, this: Gc<CodeObj>) -> Option<Gc<crate::types::str::Str>> {
        this.qualname.get()
    }

    #[getter]
    fn co_filename(_vm: &mut Vm, this: Gc<CodeObj>) -> Option<Gc<crate::types::str::Str>> {
        this.filename.get()
    }

    #[getter]
    fn co_firstlineno(_vm: &mut Vm, this: Gc<CodeObj>) -> u32 {
        this.unit().first_line
    }

    #[getter]
    fn co_flags(_vm: &mut Vm, this: Gc<CodeObj>) -> u32 {
        this.unit().flags.0
    }

    #[getter]
    fn co_argcount(_vm: &mut Vm, this: Gc<CodeObj>) -> u16 {
        this.unit().arg_count
    }

    #[getter]
    fn co_posonlyargcount(_vm: &mut Vm, this: Gc<CodeObj>) -> u16 {
        this.unit().posonly_count
    }

    #[getter]
    fn co_kwonlyargcount(_vm: &mut Vm, this: Gc<CodeObj>) -> u16 {
        this.unit().kwonly_count
    }

    #[getter]
    fn co_nlocals(vm: &mut Vm, this: Gc<CodeObj>) -> PyResult<usize> {
        super::complete(vm, this)?;
        Ok(this.unit().vars.len())
    }

    #[getter]
    fn co_stacksize(vm: &mut Vm, this: Gc<CodeObj>) -> PyResult<usize> {
        super::complete(vm, this)?;
        let unit = this.unit();
        Ok((unit.registers as usize).saturating_sub(unit.vars.len()))
    }

    #[getter]
    fn co_varnames(vm: &mut Vm, this: Gc<CodeObj>) -> PyResult {
        super::complete(vm, this)?;
        let params = this.unit().param_count();
        let mut names = vm.rooted_vec();
        for (i, (name, kind)) in this.unit().vars.iter().enumerate() {
            // Parameters stay, cells among the other variables are in co_cellvars only.
            if i < params || *kind != VarKind::Cell {
                let name = vm.intern(name);
                names.push(Value::from_gc(name));
            }
        }
        Ok(Value::from_gc(vm.tuple(&names)?))
    }

    #[getter]
    fn co_cellvars(vm: &mut Vm, this: Gc<CodeObj>) -> PyResult {
        super::complete(vm, this)?;
        let mut names = vm.rooted_vec();
        for (name, kind) in &this.unit().vars {
            if *kind == VarKind::Cell {
                let name = vm.intern(name);
                names.push(Value::from_gc(name));
            }
        }
        Ok(Value::from_gc(vm.tuple(&names)?))
    }

    #[getter]
    fn co_freevars(vm: &mut Vm, this: Gc<CodeObj>) -> PyResult {
        super::complete(vm, this)?;
        or_empty(vm, this.free_names.get())
    }

    #[getter]
    fn co_names(vm: &mut Vm, this: Gc<CodeObj>) -> PyResult {
        super::complete(vm, this)?;
        or_empty(vm, this.names.get())
    }

    #[getter]
    fn co_consts(vm: &mut Vm, this: Gc<CodeObj>) -> PyResult {
        super::complete(vm, this)?;
        or_empty(vm, this.consts.get())
    }

    /// The instruction stream as compiled, without what caches wrote into it. An instruction that does nothing stands
    /// before it: offset 0 is that of a call which has not begun.
    #[getter]
    fn co_code(vm: &mut Vm, this: Gc<CodeObj>) -> PyResult {
        super::complete(vm, this)?;
        let start = u32::from(Op::NOP as u8);
        let unit = this.whole_unit();
        let words = std::iter::once(&start).chain(&unit.words);
        let bytes: Vec<u8> = words.flat_map(|w| w.to_le_bytes()).collect();
        vm.bytes_value(&bytes)
    }

    #[getter]
    fn co_exceptiontable(vm: &mut Vm, _this: Gc<CodeObj>) -> PyResult {
        vm.bytes_value(&[])
    }

    #[getter]
    fn co_linetable(vm: &mut Vm, _this: Gc<CodeObj>) -> PyResult {
        vm.bytes_value(&[])
    }

    /// (line, end line, column, end column) for each two bytes of `co_code`.
    #[method(sig = "($self, /)")]
    fn co_positions(vm: &mut Vm, this: Gc<CodeObj>) -> PyResult {
        super::complete(vm, this)?;
        let list = vm.list_new()?;
        let line = Value::small(start_line(this).into());
        let start = vm.tuple(&[line, line, Value::small(0), Value::small(0)])?;
        for _ in 0..2 {
            vm.list_push(list, Value::from_gc(start))?;
        }
        for at in 0..this.word_count.get() {
            let p = this.unit().position(at);
            let parts = [
                number(p.map(|p| p.line)),
                number(p.map(|p| p.end_line)),
                number(p.map(|p| p.col.into())),
                number(p.map(|p| p.end_col.into())),
            ];
            let tuple = vm.tuple(&parts)?;
            for _ in 0..2 {
                vm.list_push(list, Value::from_gc(tuple))?;
            }
        }
        vm.get_iter(Value::from_gc(list))
    }

    /// (start, end, line) of each run of instructions that belong to one line; offsets as in `f_lasti`.
    #[method(sig = "($self, /)")]
    fn co_lines(vm: &mut Vm, this: Gc<CodeObj>) -> PyResult {
        super::complete(vm, this)?;
        let list = vm.list_new()?;
        let count = this.word_count.get();
        // What comes before the first instruction; a module's has line 0, other instructions with 0 have none.
        let (mut start, mut line) = (0, start_line(this));
        let mut next = 0;
        loop {
            let here = line;
            let end = (next..count).find(|at| line_at(this, *at) != here).unwrap_or(count);
            let line_value = if here == 0 && start != 0 { Value::NONE } else { Value::small(here.into()) };
            let parts = [Value::small(start.into()), Value::small(lasti(end).into()), line_value];
            let tuple = vm.tuple(&parts)?;
            vm.list_push(list, Value::from_gc(tuple))?;
            if end == count {
                break;
            }
            (start, line, next) = (lasti(end), line_at(this, end), end);
        }
        vm.get_iter(Value::from_gc(list))
    }

    /// A copy of the code object with some of its names and numbers replaced.
    #[method(sig = "($self, /, **changes)")]
    fn replace(vm: &mut Vm, this: Gc<CodeObj>, changes: Gc<crate::types::dict::Dict>) -> PyResult {
        super::complete(vm, this)?;
        let mut unit = this.whole_unit().into_owned();
        let mut at = 0;
        while let Some((key, v)) = vm.dict_next(changes, &mut at) {
            let key = vm.to_str(key)?.to_message();
            match key.as_str() {
                "co_name" => unit.name = vm.to_str(v)?.to_message().into(),
                "co_qualname" => unit.qualname = vm.to_str(v)?.to_message().into(),
                "co_filename" => unit.filename = vm.to_str(v)?.to_message().into(),
                "co_firstlineno" => unit.first_line = vm.index(v)?.clamp(0, u32::MAX.into()) as u32,
                "co_consts" => unit.consts = constants(vm, this, v)?,
                "co_flags" => unit.flags = habu_bytecode::CodeFlags(vm.index(v)? as u32),
                _ => {
                    return Err(vm.not_implemented_error(format!("code.replace({key}=...) is not supported")));
                }
            }
        }
        if habu_bytecode::verify::verify_shallow(&unit).is_err() {
            return Err(vm.value_error("code: the constants do not fit the instructions"));
        }
        Ok(Value::from_gc(super::link(vm, unit)?))
    }

    #[method(name = "__replace__", sig = "($self, /, **changes)")]
    fn dunder_replace(vm: &mut Vm, this: Gc<CodeObj>, changes: Gc<crate::types::dict::Dict>) -> PyResult {
        Self::replace(vm, this, changes)
    }

    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<CodeObj>, other: Value) -> PyResult {
        let Some(other) = vm.exact::<CodeObj>(other) else { return Ok(Value::NOT_IMPLEMENTED) };
        super::complete(vm, this)?;
        super::complete(vm, other)?;
        let same = this == other
            || matches!((this.unit().complete_all(), other.unit().complete_all()), (Ok(a), Ok(b)) if a.is_like(&b));
        Ok(Value::bool(same))
    }

    #[method]
    fn __hash__(vm: &mut Vm, this: Gc<CodeObj>) -> PyResult<i64> {
        super::complete(vm, this)?;
        let name = this.name.get().map_or(0, |n| n.hash_value());
        Ok(vm.hash(Value::small(name >> 3))?
            ^ i64::from(this.unit().first_line)
            ^ i64::from(this.word_count.get()))
    }
}
