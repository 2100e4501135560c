//! Native code by address: which unit and call site a return address belongs to; walking native frames.

use crate::unit::{Compiled, FrameMap, SiteMap};
use habu_runtime::Value;
use habu_runtime::interp::regs::Base;
use habu_runtime::tier::{Activation, NativeFrame};
use smallvec::SmallVec;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// A unit in code memory.
pub struct Unit {
    pub code: Compiled,
    pub start: usize,
    /// A function of the unit's code (all are alike when it has no free variables).
    pub function: Value,
    pub has_free: bool,
    /// What the code and its exits refer to.
    pub roots: Vec<Value>,
    /// Exits with an exception that has a handler in one of their frames.
    pub catches: Vec<bool>,
    pub dead: Cell<bool>,
    /// A collection has seen what it names.
    pub traced: Cell<bool>,
    /// How often each exit was taken.
    pub taken: RefCell<Vec<u32>>,
    /// How often it was left lately, and since when, by exits that recompiling did not cure.
    pub left: Cell<(u32, Option<Instant>)>,
    /// How often a frame of it left because it got a frame object.
    pub observed: Cell<u32>,
}

/// Exits after which a unit's pace is looked at.
const EXITS: u32 = 256;
/// A unit that is left more often than this is better interpreted.
const PACE: Duration = Duration::from_micros(15);

impl Unit {
    pub fn end(&self) -> usize {
        self.start + self.code.bytes.len()
    }

    /// Counts an exit; whether there are so many that native code does not pay.
    pub fn leaves_often(&self) -> bool {
        let (n, since) = self.left.get();
        let since = since.unwrap_or_else(Instant::now);
        if n < EXITS {
            self.left.set((n + 1, Some(since)));
            return false;
        }
        self.left.set((0, None));
        since.elapsed() < PACE * EXITS
    }

    /// Number of the call that returns to this address.
    fn site(&self, pc: usize) -> Option<usize> {
        let at = (pc - self.start) as u32;
        self.code.sites.binary_search_by_key(&at, |s| s.at).ok()
    }
}

/// All installed units.
#[derive(Default)]
pub struct Registry {
    units: BTreeMap<usize, Rc<Unit>>,
    recent: RefCell<Vec<Option<Recent>>>,
    /// The last walk: frames are looked at again and again by what goes through all of them.
    walked: RefCell<Option<Walk>>,
}

/// A walk over an activation's frames, and what it has read of the stack.
struct Walk {
    entry_base: usize,
    exit_sp: usize,
    /// Return address and frame pointer of each frame.
    chain: Vec<(usize, usize)>,
    frames: Rc<Frames>,
}

/// An address asked for lately: its unit, and the number of the site there that returns to it, if one does.
struct Recent {
    at: usize,
    unit: Rc<Unit>,
    site: Option<usize>,
}

/// Places for return addresses asked for lately.
const RECENT: usize = 512;

/// How many frames are looked at before all are walked.
const NEAR: usize = 4;

/// Frames of one activation; few calls are deeper.
pub type Frames = SmallVec<[Found; 12]>;

/// One native frame found by a walk.
pub struct Found {
    pub unit: Rc<Unit>,
    pub site: SiteMap,
    /// Frame pointer, and where the address that returns into this frame is stored.
    pub fp: usize,
    pub return_slot: usize,
    pub return_pc: usize,
    pub base: Base,
}

impl Registry {
    pub fn insert(&mut self, unit: Rc<Unit>) {
        self.recent.borrow_mut().clear();
        *self.walked.borrow_mut() = None;
        self.units.insert(unit.start, unit);
    }

    pub fn remove(&mut self, unit: &Unit) {
        self.recent.borrow_mut().clear();
        *self.walked.borrow_mut() = None;
        self.units.remove(&unit.start);
    }

    pub fn units(&self) -> impl Iterator<Item = &Rc<Unit>> {
        self.units.values()
    }

    /// The unit whose code contains the address (return addresses included).
    pub fn find(&self, pc: usize) -> Option<Rc<Unit>> {
        self.recent(pc, |known| Some(known.unit.clone()))
    }

    pub fn site(&self, pc: usize) -> Option<(Rc<Unit>, SiteMap)> {
        self.recent(pc, |known| {
            let site = known.unit.code.sites[known.site?].clone();
            Some((known.unit.clone(), site))
        })
    }

    /// What is known of an address in a unit.
    fn recent<R>(&self, pc: usize, answer: impl FnOnce(&Recent) -> Option<R>) -> Option<R> {
        let mut recent = self.recent.borrow_mut();
        if recent.is_empty() {
            recent.resize_with(RECENT, || None);
        }
        let place = &mut recent[(pc ^ pc >> 9) % RECENT];
        if let Some(known) = place
            && known.at == pc
        {
            return answer(known);
        }
        let (_, unit) = self.units.range(..pc).next_back()?;
        if pc > unit.end() {
            return None;
        }
        answer(place.insert(Recent { at: pc, unit: unit.clone(), site: unit.site(pc) }))
    }

    /// The native caller of the frame with this frame pointer.
    pub fn caller(&self, fp: usize) -> Option<(Rc<Unit>, SiteMap)> {
        let slot = fp + 8;
        // SAFETY: frame pointers of native frames are kept; the return address is the word above the saved one.
        let pc = unsafe { *(slot as *const usize) };
        let pc = crate::tier::JitTier::current().swapped.borrow().get(&slot).copied().unwrap_or(pc);
        self.site(pc)
    }

    /// The frame at `base` and its native caller, if it is among the newest, whose own base is `newest`.
    pub fn near(
        &self,
        activation: &Activation,
        (mut pc, mut fp, mut slot): (usize, usize, usize),
        newest: Base,
        base: Base,
    ) -> Option<(Found, Option<Found>)> {
        let swapped = crate::tier::JitTier::current().swapped.borrow();
        let (mut at, mut target) = (newest, None);
        for k in 0..NEAR {
            if fp == activation.entry_fp {
                return target.map(|found| (found, None));
            }
            // A caller's window lies below.
            if k > 0 || base.0 >= newest.0 {
                let return_pc =
                    if swapped.is_empty() { pc } else { swapped.get(&slot).copied().unwrap_or(pc) };
                let (unit, site) = self.site(return_pc)?;
                if k > 0 {
                    at = at.offset(-(site.callee_base as isize));
                }
                let found = Found { unit, site, fp, return_slot: slot, return_pc, base: at };
                if let Some(target) = target {
                    return Some((target, Some(found)));
                }
                // The newest may be leaving, and live on in the interpreter.
                if found.site.exit.is_some() && found.contains(base) {
                    target = Some(found);
                }
            }
            slot = fp + 8;
            // SAFETY: as in `caller`.
            unsafe {
                pc = *(slot as *const usize);
                fp = *(fp as *const usize);
            }
        }
        None
    }

    /// Native frames of an activation, newest first.
    pub fn walk(
        &self,
        activation: &Activation,
        exit_pc: usize,
        exit_fp: usize,
        exit_sp: usize,
    ) -> Rc<Frames> {
        let mut walked = self.walked.borrow_mut();
        let entry_base = activation.entry_base as usize;
        let (mut same, mut chain) = (0, Vec::new());
        let last = walked.as_ref().filter(|w| w.entry_base == entry_base && w.exit_sp == exit_sp);
        let known = last.map_or(&[][..], |w| &w.chain);
        let swapped = crate::tier::JitTier::current().swapped.borrow();
        let (mut pc, mut fp, mut slot) = (exit_pc, exit_fp, exit_sp);
        while fp != activation.entry_fp && fp != 0 {
            let original = if swapped.is_empty() { pc } else { swapped.get(&slot).copied().unwrap_or(pc) };
            if chain.is_empty() && known.get(same) == Some(&(original, fp)) {
                same += 1;
            } else {
                if chain.is_empty() {
                    chain.extend_from_slice(&known[..same]);
                }
                chain.push((original, fp));
            }
            slot = fp + 8;
            // SAFETY: as in `caller`.
            unsafe {
                pc = *(slot as *const usize);
                fp = *(fp as *const usize);
            }
        }
        if let Some(last) = last
            && chain.is_empty()
            && same == last.chain.len()
        {
            return last.frames.clone();
        }
        if chain.is_empty() {
            chain.extend_from_slice(&known[..same]);
        }
        let frames = Rc::new(self.frames_of(&chain, exit_sp, Base(activation.entry_base)));
        *walked = Some(Walk { entry_base, exit_sp, chain, frames: frames.clone() });
        frames
    }

    /// The frames with these return addresses and frame pointers, newest first; `base`: that of the oldest.
    fn frames_of(&self, chain: &[(usize, usize)], exit_sp: usize, mut base: Base) -> Frames {
        let mut found = Frames::new();
        let mut slot = exit_sp;
        for &(return_pc, fp) in chain {
            let Some((unit, site)) = self.site(return_pc) else { break };
            let base = Base(std::ptr::null_mut());
            found.push(Found { unit, site, fp, return_slot: slot, return_pc, base });
            slot = fp + 8;
        }
        for frame in found.iter_mut().rev() {
            frame.base = base;
            base = base.offset(frame.site.callee_base as isize);
        }
        // A frame that is leaving through the shared exit lives on in the interpreter, at the same base.
        found.retain(|frame| frame.site.exit.is_some());
        found
    }
}

impl Found {
    /// The frames that the call site stands for, those inlined first.
    pub fn maps(&self) -> &[FrameMap] {
        self.site.exit.map_or(&[], |e| &self.unit.code.exits[e as usize].frames)
    }

    /// Whether it is, or contains inlined, the frame at `base`.
    pub fn contains(&self, base: Base) -> bool {
        self.maps().iter().any(|map| self.base.offset(map.base as isize).0 == base.0)
    }

    /// The frames as the runtime's walkers see them, newest first.
    pub fn native_frames(&self) -> impl Iterator<Item = NativeFrame> {
        self.maps().iter().map(|map| {
            let base = self.base.offset(map.base as isize);
            let function = crate::deopt::function_of(&self.unit, map, base);
            NativeFrame { function, pc: crate::deopt::place_of(&self.unit, map).0, base: base.0 }
        })
    }
}
