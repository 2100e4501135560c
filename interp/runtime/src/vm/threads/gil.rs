//! The lock that the thread running Python holds, handed on fairly.
//!
//! A thread that waits longer than the switch interval asks the holder, through its poll word, to let go; a holder that
//! let go on request goes on only after another thread has had the lock.

use crate::vm::poll;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// CPython's default: 5 ms.
const SWITCH_INTERVAL_NANOS: u64 = 5_000_000;

#[derive(Default)]
struct State {
    held: bool,
    /// Thread that holds the lock, or held it last.
    holder: u64,
    /// How often the lock went from one thread to another.
    switches: u64,
    waiting: usize,
    /// The process ends: whoever asks waits for good.
    closed: bool,
}

/// The global lock.
pub(super) struct Gil {
    state: Mutex<State>,
    free: Condvar,
    switched: Condvar,
    interval: AtomicU64,
    /// Poll word of the virtual machine.
    poll: *const AtomicU32,
}

// SAFETY: the poll word is an atomic that outlives every use: `close` ends them before the machine goes.
unsafe impl Sync for Gil {}
// SAFETY: as above.
unsafe impl Send for Gil {}

impl Gil {
    /// A lock held by thread `holder`. It is never freed: threads may wait for it as long as the process lives.
    pub fn new(poll: *const AtomicU32, holder: u64, interval: Option<u64>) -> &'static Gil {
        Box::leak(Box::new(Gil {
            state: Mutex::new(State { held: true, holder, ..State::default() }),
            free: Condvar::new(),
            switched: Condvar::new(),
            interval: AtomicU64::new(interval.unwrap_or(SWITCH_INTERVAL_NANOS)),
            poll,
        }))
    }

    pub fn interval(&self) -> u64 {
        self.interval.load(Ordering::Relaxed)
    }

    pub fn set_interval(&self, nanos: u64) {
        self.interval.store(nanos.max(1000), Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Waits for the lock and takes it.
    pub fn take(&self, me: u64) {
        let mut state = self.lock();
        state.waiting += 1;
        while state.held || state.closed {
            if state.closed {
                state = self.free.wait(state).unwrap_or_else(std::sync::PoisonError::into_inner);
                continue;
            }
            let seen = state.switches;
            let (next, waited) = self
                .free
                .wait_timeout(state, Duration::from_nanos(self.interval()))
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            state = next;
            if waited.timed_out() && state.held && !state.closed && state.switches == seen {
                // SAFETY: not closed, so the virtual machine is there.
                unsafe { &*self.poll }.fetch_or(poll::SWITCH, Ordering::AcqRel);
            }
        }
        state.waiting -= 1;
        state.held = true;
        if state.holder != me {
            state.holder = me;
            state.switches += 1;
            self.switched.notify_all();
        }
        // SAFETY: not closed, so the virtual machine is there.
        unsafe { &*self.poll }.fetch_and(!poll::SWITCH, Ordering::AcqRel);
    }

    pub fn release(&self) {
        self.lock().held = false;
        self.free.notify_one();
    }

    /// Whether somebody waits for the lock.
    pub fn is_wanted(&self) -> bool {
        self.lock().waiting > 0
    }

    /// Lets go of the lock until another thread has had it, if one waits.
    pub fn hand_over(&self) {
        let mut state = self.lock();
        state.held = false;
        self.free.notify_one();
        let seen = state.switches;
        while state.switches == seen && state.waiting > 0 && !state.closed {
            // The limit is a safeguard only: a waiter that is gone must not stop the world.
            let (next, waited) = self
                .switched
                .wait_timeout(state, Duration::from_millis(100))
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            state = next;
            if waited.timed_out() {
                break;
            }
        }
    }

    /// From now on nobody gets the lock, and the poll word is not touched.
    pub fn close(&self) {
        self.lock().closed = true;
    }
}
