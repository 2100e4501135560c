//! What exits teach: shapes, observed frames and failed checks, noted for the next compilation.

use super::*;

impl JitTier {
    /// Whether an exit's lesson is known already.
    pub(super) fn is_learned(&self, unit: &Unit, map: &ExitMap) -> bool {
        let frame = teaching(unit, map);
        let records = self.records.borrow();
        let record = records.get(&unit.code.codes[frame.code as usize]);
        record.is_some_and(|r| {
            r.lessons.failed.contains(&(frame.pc, map.reason as u8)) || r.recompiles >= MAX_RECOMPILES
        })
    }

    /// Notes the shape of the object at which a check of the instruction at `pc` has failed.
    pub(crate) fn learn_shape(&self, code: u64, at: u32, pc: Pc, base: Base) {
        let register = match pc.decode() {
            Op::LOAD_ATTR | Op::LOAD_METHOD | Op::LOAD_SPECIAL => pc.b(),
            Op::STORE_ATTR => pc.a(),
            Op::LOAD_SUPER_ATTR => pc.b() + 2,
            _ => return,
        };
        let v = base.get(register);
        let mut records = self.records.borrow_mut();
        let lesson = (at, habu_runtime::vm::id_of(v).0);
        let shapes = &mut records.entry(code).or_default().lessons.shapes;
        if v.is_pointer() && !shapes.contains(&lesson) && shapes.len() < MAX_SHAPE_LESSONS {
            shapes.push(lesson);
            let likely = &mut records.entry(code).or_default().lessons.likely_shapes;
            for site in sites_of(code, register, at) {
                let lesson = (site, lesson.1);
                if !likely.contains(&lesson) && likely.len() < MAX_SHAPE_LESSONS {
                    likely.push(lesson);
                }
            }
        }
    }

    /// A frame of the unit has left native code because it got a frame object: what exceptions pass on their way to a handler
    /// is compiled anew, to go on natively.
    pub(crate) fn learn_observed(&self, vm: &mut Vm, unit: &Rc<Unit>) {
        if unit.dead.get() || unit.code.observable {
            return;
        }
        unit.observed.set(unit.observed.get() + 1);
        if unit.observed.get() != EXITS_BEFORE_RECOMPILE {
            return;
        }
        {
            let mut records = self.records.borrow_mut();
            let record = records.entry(unit.code.code).or_default();
            if record.recompiles >= MAX_RECOMPILES {
                return;
            }
            record.recompiles += 1;
            record.lessons.observed = true;
        }
        self.discard(vm, unit);
        self.ask_again(vm, unit);
    }
}

/// Other attribute instructions on a local variable than the one at `at`: what one of them meets the others will.
fn sites_of(code: u64, register: usize, at: u32) -> Vec<u32> {
    let code = code_object(code);
    let mut sites = Vec::new();
    if register >= code.unit().vars.len() {
        return sites;
    }
    let mut pc = code.entry();
    while code.offset_of(pc) < code.word_count.get() {
        let op = pc.decode();
        let object = match op {
            Op::LOAD_ATTR | Op::LOAD_METHOD => Some(pc.b()),
            Op::STORE_ATTR => Some(pc.a()),
            _ => None,
        };
        let site = code.offset_of(pc);
        if object == Some(register) && site != at {
            sites.push(site);
        }
        pc = pc.skip(op.words());
    }
    sites
}

/// Whether the code of one of its frames handles what is raised there.
fn handles(unit: &Compiled, frame: &FrameMap) -> bool {
    let code = code_object(unit.codes[frame.code as usize]);
    code.unit().handlers.iter().any(|h| h.start <= frame.pc && frame.pc < h.end)
}

/// Whether an exit raises what one of its frames handles.
pub(super) fn catches(unit: &Compiled, map: &ExitMap) -> bool {
    matches!(map.reason, Reason::Raise | Reason::Raised)
        && map.frames.iter().any(|frame| handles(unit, frame))
}

/// The frame whose code can learn from an exit: what is raised in an inlined frame, that which handles it.
pub(super) fn teaching<'a>(unit: &Unit, map: &'a ExitMap) -> &'a FrameMap {
    let raised = matches!(map.reason, Reason::Raise | Reason::Raised);
    map.frames.iter().find(|frame| raised && handles(&unit.code, frame)).unwrap_or(&map.frames[0])
}
