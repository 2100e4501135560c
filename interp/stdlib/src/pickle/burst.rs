//! Runs of opcodes that need neither the file nor Python code: their bytes are at hand, their state is borrowed once.

use super::load::Stack;
use super::op;
use super::unpickler::Unpickler;
use habu_runtime::heap::Gc;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// Follows opcodes until one needs more than what is here: that one is next.
pub fn run(vm: &mut Vm, this: Gc<Unpickler>, stack: &mut Stack) -> PyResult<()> {
    let mut state = this.state.cell().borrow_mut();
    let state = &mut *state;
    let plain_memo = state.far.is_empty();
    let mut at = state.input.at;
    let at_hand = state.input.at_hand();
    let result = loop {
        let rest = at_hand.get(at..).unwrap_or_default();
        let mut taken = 1;
        let v = match *rest {
            [op::BININT1, n, ..] => {
                taken = 2;
                Value::small(n.into())
            }
            [op::BININT2, a, b, ..] => {
                taken = 3;
                Value::small(u16::from_le_bytes([a, b]).into())
            }
            [op::BININT, a, b, c, d, ..] => {
                taken = 5;
                Value::small(i32::from_le_bytes([a, b, c, d]).into())
            }
            [op::LONG1, n, ref bytes @ ..] if usize::from(n) < size_of::<i64>() => {
                let Some(bytes) = bytes.get(..n.into()) else { break Ok(()) };
                taken = 2 + bytes.len();
                let mut wide = [0; size_of::<i64>()];
                wide[..bytes.len()].copy_from_slice(bytes);
                // The sign is that of the last byte: shifted to the top and back.
                let unused = 8 * (size_of::<i64>() - bytes.len()) as u32;
                let n = i64::from_le_bytes(wide).unbounded_shl(unused).unbounded_shr(unused);
                match vm.int(n) {
                    Ok(v) => v,
                    Err(raised) => break Err(raised),
                }
            }
            [op::BINFLOAT, a, b, c, d, e, f, g, h, ..] => {
                taken = 9;
                match vm.float(f64::from_be_bytes([a, b, c, d, e, f, g, h])) {
                    Ok(v) => v,
                    Err(raised) => break Err(raised),
                }
            }
            [op::SHORT_BINUNICODE, n, ref text @ ..] => {
                let Some(text) = text.get(..n.into()).filter(|text| text.is_ascii()) else { break Ok(()) };
                taken = 2 + text.len();
                match vm.str_ascii(text) {
                    Ok(text) => Value::from_gc(text),
                    Err(raised) => break Err(raised),
                }
            }
            [op::BINGET, n, ..] if plain_memo => {
                let known = state.memo.get(usize::from(n)).filter(|v| !v.is_unbound());
                let Some(known) = known else { break Ok(()) };
                taken = 2;
                *known
            }
            [op::LONG_BINGET, a, b, c, d, ..] if plain_memo => {
                let n = u32::from_le_bytes([a, b, c, d]) as usize;
                let Some(known) = state.memo.get(n).filter(|v| !v.is_unbound()) else { break Ok(()) };
                taken = 5;
                *known
            }
            [op::MEMOIZE, ..] if plain_memo && state.count == state.memo.len() as u64 => {
                let Some(v) = stack.top_quick() else { break Ok(()) };
                state.memo.push(v);
                state.count += 1;
                at += 1;
                continue;
            }
            [op::MARK, ..] => {
                stack.mark();
                at += 1;
                continue;
            }
            [op::NONE, ..] => Value::NONE,
            [op::NEWTRUE, ..] => Value::TRUE,
            [op::NEWFALSE, ..] => Value::FALSE,
            [op::EMPTY_LIST, ..] => match vm.list_new() {
                Ok(list) => Value::from_gc(list),
                Err(raised) => break Err(raised),
            },
            [op::EMPTY_DICT, ..] => match vm.dict_new() {
                Ok(dict) => Value::from_gc(dict),
                Err(raised) => break Err(raised),
            },
            _ => break Ok(()),
        };
        stack.push(v);
        at += taken;
    };
    state.input.at = at;
    result
}
