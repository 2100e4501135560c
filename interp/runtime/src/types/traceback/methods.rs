//! `traceback`: what Python sees of it.

use super::Traceback;
use crate::heap::Gc;
use crate::object::ids;
use crate::types::frame::Frame;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

/// Create a new traceback object.
#[py_type(name = "traceback", id = ids::TRACEBACK)]
impl Traceback {
    #[new(sig = "(tb_next, tb_frame, tb_lasti, tb_lineno)")]
    fn new(
        vm: &mut Vm,
        _cls: Value,
        tb_next: Value,
        tb_frame: Gc<Frame>,
        tb_lasti: i32,
        tb_lineno: i32,
    ) -> PyResult {
        if !tb_next.is_none() && vm.exact::<Traceback>(tb_next).is_none() {
            let got = vm.type_name(tb_next);
            return Err(vm.type_error(format!("expected traceback object or None, got '{got}'")));
        }
        let tb = vm.alloc::<Traceback>(ids::TRACEBACK)?;
        tb.next.init(tb_next);
        tb.frame.init(Value::from_gc(tb_frame));
        tb.lasti.set(tb_lasti);
        tb.lineno.set(tb_lineno);
        Ok(Value::from_gc(tb))
    }

    #[getter]
    fn tb_next(_vm: &mut Vm, this: Gc<Traceback>) -> Value {
        this.next.get()
    }

    #[setter]
    fn set_tb_next(vm: &mut Vm, this: Gc<Traceback>, value: Option<Value>) -> PyResult<()> {
        let Some(value) = value else { return Err(vm.type_error("can't delete tb_next attribute")) };
        if !value.is_none() && vm.exact::<Traceback>(value).is_none() {
            let got = vm.type_name(value);
            return Err(vm.type_error(format!("expected traceback object, got '{got}'")));
        }
        // A loop would make every walk along the chain endless.
        let mut at = vm.exact::<Traceback>(value);
        while let Some(tb) = at {
            if tb == this {
                return Err(vm.value_error("traceback loop detected"));
            }
            at = tb.next_entry(vm);
        }
        this.next.set(&mut vm.heap, this.header(), value);
        Ok(())
    }

    #[getter]
    fn tb_frame(_vm: &mut Vm, this: Gc<Traceback>) -> Value {
        this.frame.get()
    }

    #[getter]
    fn tb_lasti(_vm: &mut Vm, this: Gc<Traceback>) -> i32 {
        this.lasti.get()
    }

    #[getter]
    fn tb_lineno(vm: &mut Vm, this: Gc<Traceback>) -> Value {
        let line = match this.lineno.get() {
            -1 => {
                this.frame_object(vm).map_or(0, |f| crate::types::frame::line_of_lasti(&f, this.lasti.get()))
            }
            line => line,
        };
        if line > 0 { Value::small(line.into()) } else { Value::NONE }
    }

    #[method(name = "__dir__")]
    fn dir(vm: &mut Vm, _this: Gc<Traceback>) -> PyResult {
        let mut names = vm.rooted_vec();
        for name in ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"] {
            let name = vm.intern(name);
            names.push(Value::from_gc(name));
        }
        Ok(Value::from_gc(vm.list_from(&names)?))
    }
}
