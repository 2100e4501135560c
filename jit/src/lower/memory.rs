//! Loads, stores with their barrier, and the checks of object identity.

use super::Lower;
use crate::exits::Reason;
use crate::helpers::Helper;
use crate::hir::{Op, Rep, Type, Val};
use crate::layout;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value, types};
use habu_runtime::Value as Word;
use habu_runtime::types::generator::State;

/// Pointer tag, folded into displacements.
const TAG: i64 = 1;

impl Lower<'_, '_> {
    pub(super) fn memory_op(&mut self, v: Val) -> Option<Value> {
        let inst = self.f.inst(v);
        let imm = inst.imm;
        let base = self.base;
        Some(match inst.op {
            Op::LoadWindow => self.load(types::I64, base, imm * 8),
            Op::Callee => self.load(types::I64, base, -24),
            Op::OwnGenerator => self.load(types::I64, base, -32),
            Op::ResumeEntry => self.resume_entry(v),
            Op::WindowAddress => {
                let offset = self.k(imm * 8);
                self.b.ins().iadd(base, offset)
            }
            Op::Spill => {
                let word = self.arg(v, 0);
                self.store(word, base, imm * 8);
                return None;
            }
            Op::Reshaped => self.arg(v, 0),
            Op::GuardShape => self.guard_shape(v),
            Op::SameText => self.same_text(v),
            Op::FirstByte => {
                let text = self.arg(v, 0);
                let narrow = self.is_narrow(text);
                self.guard(v, narrow, true, Reason::RareCase);
                let data = self.load(types::I64, text, layout::STR_DATA - TAG);
                self.b.ins().uload8(types::I64, MemFlagsData::trusted(), data, 0)
            }
            Op::Character => self.character(v),
            Op::ListRoom => self.list_room(v),
            Op::StoreListLen => {
                let (list, len) = (self.arg(v, 0), self.arg(v, 1));
                self.store(len, list, layout::LIST_LEN - TAG);
                return None;
            }
            Op::GuardUnwatched => {
                let cell = self.arg(v, 0);
                let flags = self.load(types::I16, cell, layout::HEADER_FLAGS - TAG);
                let bit = self.b.ins().band_imm_s(flags, layout::CELL_WATCHED);
                self.guard(v, bit, false, Reason::RareCase);
                cell
            }
            Op::AsObject => {
                let address = self.arg(v, 0);
                self.b.ins().iadd_imm_s(address, TAG)
            }
            Op::LoadField
            | Op::LoadFieldRaw
            | Op::LoadFieldInt
            | Op::LoadConst
            | Op::LoadConstRaw
            | Op::LoadCell => {
                let object = self.arg(v, 0);
                let word = self.load(types::I64, object, imm - TAG);
                // Typed cell fields hold the address itself, not a word.
                if inst.op == Op::LoadConst && imm == layout::FUNCTION_CLOSURE && self.is_callee(v) {
                    self.b.ins().iadd_imm_s(word, TAG)
                } else {
                    word
                }
            }
            Op::LoadFieldF64 => {
                let object = self.arg(v, 0);
                self.load(types::F64, object, imm - TAG)
            }
            Op::ListLen => {
                let list = self.arg(v, 0);
                self.load(types::I64, list, layout::LIST_LEN - TAG)
            }
            Op::ListArray => {
                let list = self.arg(v, 0);
                self.load(types::I64, list, layout::LIST_ARRAY - TAG)
            }
            Op::LoadElem | Op::LoadElemInt | Op::LoadItemConst => {
                let at = self.element(v);
                self.load(types::I64, at, imm - TAG)
            }
            Op::LoadElemF64 => {
                let at = self.element(v);
                self.load(types::F64, at, imm - TAG)
            }
            Op::LoadByte => {
                let (at, offset) = self.byte(v);
                self.b.ins().uload8(types::I64, MemFlagsData::trusted(), at, offset as i32)
            }
            Op::StoreByte => {
                let (at, offset) = self.byte(v);
                let value = self.arg(v, 2);
                self.b.ins().istore8(MemFlagsData::trusted(), value, at, offset as i32);
                return None;
            }
            Op::LoadNumber | Op::LoadNumberF64 => self.load_number(v),
            Op::StoreNumber | Op::StoreNumberF64 => {
                self.store_number(v);
                return None;
            }
            Op::StoreField
            | Op::StoreFieldPlain
            | Op::StoreFieldRaw
            | Op::StoreCell
            | Op::StoreFieldInt
            | Op::StoreFieldF64 => {
                let (object, value) = (self.arg(v, 0), self.arg(v, 1));
                self.store(value, object, imm - TAG);
                if matches!(inst.op, Op::StoreField | Op::StoreCell) {
                    self.barrier(object, object, imm, inst.args[1]);
                }
                return None;
            }
            Op::SetShape => {
                let object = self.arg(v, 0);
                let id = self.b.ins().iconst(types::I32, imm);
                self.store(id, object, layout::HEADER_ID - TAG);
                return None;
            }
            _ => {
                // StoreElem, StoreElemInt, StoreElemF64
                let (array, value) = (self.arg(v, 0), self.arg(v, 2));
                let at = self.element(v);
                self.store(value, at, imm - TAG);
                if inst.op == Op::StoreElem {
                    self.barrier(array, at, imm, inst.args[2]);
                }
                return None;
            }
        })
    }

    /// A fresh object: from the bump range of its size, else from the runtime.
    pub(super) fn new_object(&mut self, v: Val) -> Value {
        let inst = self.f.inst(v);
        let (size, id) = (inst.extra as usize, inst.imm);
        let class = habu_runtime::heap::size_class(size);
        let bytes = habu_runtime::heap::class_bytes(class) as i64;
        let at = layout::VM_BUMPS + class as i64 * layout::BUMP_SIZE;
        let ctx = self.ctx();
        let cell = self.load(types::I64, ctx, at + layout::BUMP_CUR);
        let end = self.load(types::I64, ctx, at + layout::BUMP_END);
        let next = self.b.ins().iadd_imm_s(cell, bytes);
        let room = self.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, next, end);
        let (fast, slow, join) = (self.b.create_block(), self.cold_block(), self.b.create_block());
        let result = self.b.append_block_param(join, types::I64);
        self.b.ins().brif(room, fast, &[], slow, &[]);
        self.b.switch_to_block(fast);
        self.store(next, ctx, at + layout::BUMP_CUR);
        let shape = self.b.ins().iconst(types::I32, id);
        self.store(shape, cell, layout::HEADER_ID);
        let word = self.b.ins().iadd_imm_s(cell, TAG);
        self.b.ins().jump(join, &[word.into()]);
        self.b.switch_to_block(slow);
        let (size, id) = (self.k(size as i64), self.k(id));
        let word = self.call_allocating(Helper::MakeObject, &[size, id]);
        self.guard(v, word, true, Reason::RareCase);
        self.b.ins().jump(join, &[word.into()]);
        self.b.switch_to_block(join);
        result
    }

    /// A virtual object in an exit: made with all its slots.
    pub(super) fn make(&mut self, v: Val) -> Value {
        if let Some(known) = self.made.get(&v) {
            return *known;
        }
        let inst = self.f.inst(v);
        if inst.op == Op::VirtualMap {
            let word = self.make_map(v, Helper::MakeVirtualMap);
            self.made.insert(v, word);
            return word;
        }
        let slots: Vec<Value> = inst
            .args
            .iter()
            .map(|a| {
                let root = self.f.root(*a);
                if self.f.inst(root).op.is_virtual() { self.make(root) } else { self.get(*a) }
            })
            .collect();
        let (size, id) = (self.k(inst.extra as i64), self.k(inst.imm));
        let word = self.call_allocating(Helper::MakeVirtual, &[size, id]);
        for (k, slot) in slots.into_iter().enumerate() {
            // Fresh cells are zero.
            let arg = self.f.inst(self.f.inst(v).args[k]);
            if arg.op != Op::Raw || arg.imm != 0 {
                self.store(slot, word, layout::HEADER_SIZE + k as i64 * 8 - TAG);
            }
        }
        self.made.insert(v, word);
        word
    }

    /// A dict of the operands, which go through the window above all frames.
    pub(super) fn make_map(&mut self, v: Val, helper: Helper) -> Value {
        let args = self.f.inst(v).args.clone();
        let operands: Vec<Value> = args
            .iter()
            .map(|a| {
                let root = self.f.root(*a);
                if self.f.inst(root).op.is_virtual() { self.make(root) } else { self.get(*a) }
            })
            .collect();
        let room = self.f.window_end() as i64 - operands.len() as i64;
        let base = self.base;
        for (k, w) in operands.iter().enumerate() {
            self.store(*w, base, (room + k as i64) * 8);
        }
        let at = self.b.ins().iadd_imm_s(base, room * 8);
        let n = self.k(operands.len() as i64 / 2);
        self.call_allocating(helper, &[at, n])
    }

    fn is_callee(&self, v: Val) -> bool {
        let f = self.f.inst(v).args[0];
        self.f.inst(f).op == Op::Callee || self.f.ty(f).shape() == Some(layout::FUNCTION)
    }

    /// Word-tagged address of an element, from which item offsets count.
    fn element(&mut self, v: Val) -> Value {
        let (array, index) = (self.arg(v, 0), self.arg(v, 1));
        let three = self.k(3);
        let scaled = self.b.ins().ishl(index, three);
        self.b.ins().iadd(array, scaled)
    }

    /// Address of a byte, and the offset that remains to be added.
    fn byte(&mut self, v: Val) -> (Value, i64) {
        let inst = self.f.inst(v);
        let tag = if self.f.ty(inst.args[0]).rep() == Rep::Raw { 0 } else { TAG };
        let (object, index) = (self.arg(v, 0), self.arg(v, 1));
        (self.b.ins().iadd(object, index), inst.imm - tag)
    }

    /// Address of a number in a storage cell, and the offset that remains to be added.
    fn number_at(&mut self, v: Val) -> (Value, i32) {
        let (array, position) = (self.arg(v, 0), self.arg(v, 1));
        (self.b.ins().iadd(array, position), (layout::ARRAY_ITEMS - TAG) as i32)
    }

    fn load_number(&mut self, v: Val) -> Value {
        let (at, offset) = self.number_at(v);
        let (inst, flags) = (self.f.inst(v), MemFlagsData::trusted());
        let ins = self.b.ins();
        match inst.imm {
            _ if inst.op == Op::LoadNumberF64 => ins.load(types::F64, flags, at, offset),
            1 => ins.uload8(types::I64, flags, at, offset),
            -1 => ins.sload8(types::I64, flags, at, offset),
            2 => ins.uload16(types::I64, flags, at, offset),
            -2 => ins.sload16(types::I64, flags, at, offset),
            4 => ins.uload32(flags, at, offset),
            -4 => ins.sload32(flags, at, offset),
            _ => ins.load(types::I64, flags, at, offset),
        }
    }

    fn store_number(&mut self, v: Val) {
        let (at, offset) = self.number_at(v);
        let value = self.arg(v, 2);
        let (inst, flags) = (self.f.inst(v), MemFlagsData::trusted());
        let ins = self.b.ins();
        match inst.imm.abs() {
            1 => ins.istore8(flags, value, at, offset),
            2 => ins.istore16(flags, value, at, offset),
            4 => ins.istore32(flags, value, at, offset),
            _ => ins.store(flags, value, at, offset),
        };
    }

    fn guard_shape(&mut self, v: Val) -> Value {
        let inst = self.f.inst(v);
        let w = self.arg(v, 0);
        if !self.f.ty(inst.args[0]).is(Type::OBJECT) {
            let low = self.b.ins().band_imm_s(w, 7);
            let pointer = self.compare(IntCC::Equal, low, TAG);
            self.guard(v, pointer, true, Reason::WrongShape);
        }
        let fits = self.compare_id(w, inst.imm);
        self.guard(v, fits, true, Reason::WrongShape);
        w
    }

    pub(super) fn has_shape(&mut self, v: Val) -> Value {
        let inst = self.f.inst(v);
        let (w, want) = (self.arg(v, 0), inst.imm);
        if self.f.ty(inst.args[0]).is(Type::OBJECT) {
            return self.compare_id(w, want);
        }
        let low = self.b.ins().band_imm_s(w, 7);
        let pointer = self.compare(IntCC::Equal, low, TAG);
        let (look, join) = (self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(join, types::I8);
        self.b.ins().brif(pointer, look, &[], join, &[pointer.into()]);
        self.b.switch_to_block(look);
        let fits = self.compare_id(w, want);
        self.b.ins().jump(join, &[fits.into()]);
        self.b.switch_to_block(join);
        result
    }

    /// Identity decides about most strings: equal ones that are both interned are one.
    fn same_text(&mut self, v: Val) -> Value {
        let (x, y) = (self.arg(v, 0), self.arg(v, 1));
        let yes = self.b.ins().icmp(IntCC::Equal, x, y);
        let (look, ask, join) = (self.b.create_block(), self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(join, types::I8);
        self.b.ins().brif(yes, join, &[yes.into()], look, &[]);
        self.b.switch_to_block(look);
        let (fx, fy) = (
            self.load(types::I16, x, layout::HEADER_FLAGS - TAG),
            self.load(types::I16, y, layout::HEADER_FLAGS - TAG),
        );
        let both = self.b.ins().band(fx, fy);
        let interned = self.b.ins().band_imm_s(both, layout::STR_INTERNED);
        let none = self.b.ins().iconst(types::I8, 0);
        self.b.ins().brif(interned, join, &[none.into()], ask, &[]);
        self.b.switch_to_block(ask);
        let (lx, ly) = (
            self.load(types::I64, x, layout::STR_LEN - TAG),
            self.load(types::I64, y, layout::STR_LEN - TAG),
        );
        let alike = self.b.ins().icmp(IntCC::Equal, lx, ly);
        let call = self.b.create_block();
        self.b.ins().brif(alike, call, &[], join, &[alike.into()]);
        self.b.switch_to_block(call);
        let ctx = self.ctx();
        let word = self.call_thunk(Helper::SameText, &[ctx, x, y], true, None).unwrap_or(ctx);
        let same = self.compare(IntCC::Equal, word, Word::TRUE.0 as i64);
        self.b.ins().jump(join, &[same.into()]);
        self.b.switch_to_block(join);
        result
    }

    /// Whether a string has one byte for each code point.
    fn is_narrow(&mut self, text: Value) -> Value {
        let flags = self.b.ins().uload16(
            types::I64,
            MemFlagsData::trusted(),
            text,
            (layout::HEADER_FLAGS - TAG) as i32,
        );
        let width = self.b.ins().band_imm_s(flags, layout::STR_WIDTH);
        self.compare(IntCC::Equal, width, 1)
    }

    fn character(&mut self, v: Val) -> Value {
        let (text, at) = (self.arg(v, 0), self.arg(v, 1));
        let narrow = self.is_narrow(text);
        let (here, ask, join) = (self.b.create_block(), self.cold_block(), self.b.create_block());
        let result = self.b.append_block_param(join, types::I64);
        self.b.ins().brif(narrow, here, &[], ask, &[]);
        self.b.switch_to_block(here);
        let data = self.load(types::I64, text, layout::STR_DATA - TAG);
        let byte_at = self.b.ins().iadd(data, at);
        let byte = self.b.ins().uload8(types::I64, MemFlagsData::trusted(), byte_at, 0);
        let three = self.k(3);
        let offset = self.b.ins().ishl(byte, three);
        let table = self.constant(self.f.inst(v).imm as u32);
        let entry = self.b.ins().iadd(table, offset);
        let cell = self.load(types::I64, entry, 0);
        let word = self.b.ins().iadd_imm_s(cell, TAG);
        self.b.ins().jump(join, &[word.into()]);
        self.b.switch_to_block(ask);
        let ctx = self.ctx();
        let word = self.call_thunk(Helper::Character, &[ctx, text, at], true, None).unwrap_or(ctx);
        self.b.ins().jump(join, &[word.into()]);
        self.b.switch_to_block(join);
        result
    }

    /// How many items the storage of a list has room for.
    fn list_room(&mut self, v: Val) -> Value {
        let list = self.arg(v, 0);
        let array = self.load(types::I64, list, layout::LIST_ARRAY - TAG);
        let some = self.compare(IntCC::NotEqual, array, Word::UNBOUND.0 as i64);
        let zero = self.k(0);
        let (read, join) = (self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(join, types::I64);
        self.b.ins().brif(some, read, &[], join, &[zero.into()]);
        self.b.switch_to_block(read);
        let capacity = self.load(types::I64, array, layout::ARRAY_CAPACITY - TAG);
        self.b.ins().jump(join, &[capacity.into()]);
        self.b.switch_to_block(join);
        result
    }

    /// The code that goes on where a generator is suspended, if the word is one that nothing keeps from being resumed.
    fn resume_entry(&mut self, v: Val) -> Value {
        let w = self.arg(v, 0);
        let coroutines = self.f.inst(v).imm != 0;
        let zero = self.k(0);
        let (look, go_on, read) = (self.b.create_block(), self.b.create_block(), self.b.create_block());
        let join = self.b.create_block();
        let result = self.b.append_block_param(join, types::I64);
        let low = self.b.ins().band_imm_s(w, 7);
        let pointer = self.compare(IntCC::Equal, low, TAG);
        self.b.ins().brif(pointer, look, &[], join, &[zero.into()]);
        self.b.switch_to_block(look);
        let mut fits = self.compare_id(w, layout::GENERATOR as i64);
        if coroutines {
            let other = self.compare_id(w, layout::COROUTINE as i64);
            fits = self.b.ins().bor(fits, other);
        }
        self.b.ins().brif(fits, go_on, &[], join, &[zero.into()]);
        self.b.switch_to_block(go_on);
        let flags = MemFlagsData::trusted();
        let state = self.b.ins().uload8(types::I64, flags, w, (layout::GENERATOR_STATE - TAG) as i32);
        let handled = self.load(types::I64, w, layout::GENERATOR_HANDLED - TAG);
        let pc = self.load(types::I64, w, layout::GENERATOR_PC - TAG);
        let waits = self.compare(IntCC::UnsignedLessThanOrEqual, state, State::Suspended as i64);
        let plain = self.compare(IntCC::Equal, handled, Word::NONE.0 as i64);
        let fits = self.b.ins().band(waits, plain);
        self.b.ins().brif(fits, read, &[], join, &[zero.into()]);
        self.b.switch_to_block(read);
        let new = self.compare(IntCC::Equal, state, State::Created as i64);
        let (begun_at, new_at) = (self.k(layout::RESUME_ENTRY[0]), self.k(layout::RESUME_ENTRY[1]));
        let offset = self.b.ins().select(new, new_at, begun_at);
        let at = self.b.ins().iadd(pc, offset);
        let entry = self.load(types::I64, at, 0);
        self.b.ins().jump(join, &[entry.into()]);
        self.b.switch_to_block(join);
        result
    }

    /// Whether an object has the id.
    fn compare_id(&mut self, w: Value, want: i64) -> Value {
        let id = self.load(types::I32, w, layout::HEADER_ID - TAG);
        let want = self.b.ins().iconst(types::I32, want);
        self.b.ins().icmp(IntCC::Equal, id, want)
    }

    /// An old owner that got a reference is remembered, by a stub that keeps all registers.
    fn barrier(&mut self, owner: Value, at: Value, offset: i64, value: Val) {
        if self.f.ty(value).is_immediate() {
            return;
        }
        let state = self.load(types::I8, owner, layout::HEADER_GC - TAG);
        let zero = self.b.ins().iconst(types::I8, 0);
        let old = self.b.ins().icmp(IntCC::SignedGreaterThan, state, zero);
        let (slow, join) = (self.cold_block(), self.b.create_block());
        self.b.ins().brif(old, slow, &[], join, &[]);
        self.b.switch_to_block(slow);
        let slot = self.b.ins().iadd_imm_s(at, offset - TAG);
        let cell = self.b.ins().iadd_imm_s(owner, -TAG);
        self.call_preserving(Helper::Barrier, &[cell, slot]);
        self.b.ins().jump(join, &[]);
        self.b.switch_to_block(join);
    }
}
