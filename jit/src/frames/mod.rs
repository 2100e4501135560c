//! Native code by address: which unit and call site a return address belongs to; walking native frames.

use crate::unit::{Compiled, FrameMap, SiteMap};
use habu_runtime::Value;
use habu_runtime::interp::regs::Base;
use habu_runtime::tier::{Activation, NativeFrame};
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
    pub dead: Cell<bool>,
    /// A collection has seen what it names.
    pub traced: Cell<bool>,
    /// How often each exit was taken.
    pub taken: RefCell<Vec<u32>>,
    /// How often it was left lately, and since when: exits with an exception, and others that recompiling did not cure.
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
}

/// A return address asked for lately: its unit and the number of its site there.
struct Recent {
    at: usize,
    unit: Rc<Unit>,
    site: usize,
}

/// Places for return addresses asked for lately.
const RECENT: usize = 128;

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
        self.units.insert(unit.start, unit);
    }

    pub fn remove(&mut self, unit: &Unit) {
        self.recent.borrow_mut().clear();
        self.units.remove(&unit.start);
    }

    pub fn units(&self) -> impl Iterator<Item = &Rc<Unit>> {
        self.units.values()
    }

    /// The unit whose code contains the address (return addresses included).
    pub fn find(&self, pc: usize) -> Option<Rc<Unit>> {
        let (_, unit) = self.units.range(..pc).next_back()?;
        (pc <= unit.end()).then(|| unit.clone())
    }

    pub fn site(&self, pc: usize) -> Option<(Rc<Unit>, SiteMap)> {
        let mut recent = self.recent.borrow_mut();
        if recent.is_empty() {
            recent.resize_with(RECENT, || None);
        }
        let place = &mut recent[(pc ^ pc >> 7) % RECENT];
        if let Some(known) = place
            && known.at == pc
        {
            return Some((known.unit.clone(), known.unit.code.sites[known.site].clone()));
        }
        let unit = self.find(pc)?;
        let number = unit.site(pc)?;
        let site = unit.code.sites[number].clone();
        *place = Some(Recent { at: pc, unit: unit.clone(), site: number });
        Some((unit, site))
    }

    /// The native caller of the frame with this frame pointer.
    pub fn caller(&self, fp: usize) -> Option<(Rc<Unit>, SiteMap)> {
        let slot = fp + 8;
        // SAFETY: frame pointers of native frames are kept; the return address is the word above the saved one.
        let pc = unsafe { *(slot as *const usize) };
        let pc = crate::tier::JitTier::current().swapped.borrow().get(&slot).copied().unwrap_or(pc);
        self.site(pc)
    }

    /// Native frames of an activation, newest first.
    pub fn walk(
        &self,
        activation: &Activation,
        exit_pc: usize,
        exit_fp: usize,
        exit_sp: usize,
    ) -> Vec<Found> {
        let mut found = Vec::with_capacity(16);
        let (mut pc, mut fp, mut slot) = (exit_pc, exit_fp, exit_sp);
        let swapped = crate::tier::JitTier::current();
        while fp != activation.entry_fp && fp != 0 {
            let original = swapped.swapped.borrow().get(&slot).copied().unwrap_or(pc);
            let Some((unit, site)) = self.site(original) else { break };
            found.push(Found {
                unit,
                site,
                fp,
                return_slot: slot,
                return_pc: original,
                base: Base(std::ptr::null_mut()),
            });
            slot = fp + 8;
            // SAFETY: as in `caller`.
            unsafe {
                pc = *(slot as *const usize);
                fp = *(fp as *const usize);
            }
        }
        let mut base = Base(activation.entry_base);
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
