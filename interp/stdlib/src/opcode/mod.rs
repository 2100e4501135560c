//! `_opcode`: the opcode table and the disassembler, for `opcode` and `dis`.

use crate::support::set;
use habu_bytecode::Op;
use habu_bytecode::op::{Ext, OperandKind};
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::types::code::CodeObj;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

fn operand(opcode: i64, kind: impl Fn(OperandKind) -> bool) -> bool {
    let Some(op) = u8::try_from(opcode).ok().and_then(Op::from_byte) else { return false };
    op.info().operands.iter().any(|(_, k)| kind(*k))
}

/// Opcode support module.
#[native_module(name = "_opcode")]
pub mod module {
    use super::*;

    /// No instruction is rewritten to a specialised one: caches stand beside the instructions.
    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        set(vm, module, "ENABLE_SPECIALIZATION", Value::FALSE)?;
        set(vm, module, "ENABLE_SPECIALIZATION_FT", Value::FALSE)
    }

    /// Number of each opcode by name.
    #[function(sig = "($module, /)")]
    fn opmap(vm: &mut Vm) -> PyResult<Gc<Dict>> {
        let dict = vm.dict_new()?;
        for op in Op::ALL {
            let name = vm.intern(op.info().name);
            vm.dict_set_str(dict, name, Value::small(*op as i64))?;
        }
        Ok(dict)
    }

    /// The instructions of a code object: (word offset, words, opcode, text, target or None) of each.
    #[function(sig = "($module, code, /)")]
    fn instructions(vm: &mut Vm, code: Gc<CodeObj>) -> PyResult {
        let list = vm.list_new()?;
        for i in habu_bytecode::dis::instructions(&code.whole_unit()) {
            let text = Value::from_gc(vm.str(&i.text)?);
            let target = i.target.map_or(Value::NONE, |t| Value::small(t.into()));
            let parts = [
                Value::small(i.at as i64),
                Value::small(i.words as i64),
                Value::small(i.op as i64),
                text,
                target,
            ];
            let tuple = vm.tuple(&parts)?;
            vm.list_push(list, Value::from_gc(tuple))?;
        }
        Ok(Value::from_gc(list))
    }

    /// The ranges of a code object that have a handler: (first word, word behind the last, handler) of each.
    #[function(sig = "($module, code, /)")]
    fn handlers(vm: &mut Vm, code: Gc<CodeObj>) -> PyResult {
        let list = vm.list_new()?;
        for h in &code.unit().handlers {
            let tuple = vm.tuple(&[
                Value::small(h.start.into()),
                Value::small(h.end.into()),
                Value::small(h.target.into()),
            ])?;
            vm.list_push(list, Value::from_gc(tuple))?;
        }
        Ok(Value::from_gc(list))
    }

    /// Return True if the opcode is valid, False otherwise.
    #[function(sig = "($module, /, opcode)")]
    fn is_valid(_vm: &mut Vm, opcode: i64) -> bool {
        u8::try_from(opcode).ok().and_then(Op::from_byte).is_some()
    }

    /// Return True if the opcode uses its operands, False otherwise.
    #[function(sig = "($module, /, opcode)")]
    fn has_arg(_vm: &mut Vm, opcode: i64) -> bool {
        operand(opcode, |_| true)
    }

    /// Return True if the opcode accesses a constant, False otherwise.
    #[function(sig = "($module, /, opcode)")]
    fn has_const(_vm: &mut Vm, opcode: i64) -> bool {
        operand(opcode, |k| k == OperandKind::Konst)
    }

    /// Return True if the opcode accesses a name, False otherwise.
    #[function(sig = "($module, /, opcode)")]
    fn has_name(_vm: &mut Vm, opcode: i64) -> bool {
        operand(opcode, |k| k == OperandKind::Name)
    }

    /// Return True if the opcode has a jump target, False otherwise.
    #[function(sig = "($module, /, opcode)")]
    fn has_jump(_vm: &mut Vm, opcode: i64) -> bool {
        let op = u8::try_from(opcode).ok().and_then(Op::from_byte);
        op.is_some_and(|op| op.info().ext_offset(Ext::Label).is_some())
    }
}
