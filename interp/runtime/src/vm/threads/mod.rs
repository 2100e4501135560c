//! Threads of the program: one runs Python at a time, the one that holds the global lock.
//!
//! What belongs to a thread sits in the `Vm` while it runs (context, register stack) and is exchanged with the thread's
//! `ThreadState` when it lets go of the lock. While a thread does not run, its state says which part of its machine
//! stack may hold references, so the collector sees all of them.

mod gil;
pub mod park;

use super::{RegisterStack, ThreadCtx, Vm, poll};
use crate::heap::{self, Tracer};
use crate::types::repr_guard::ReprStack;
use crate::value::Value;
use gil::Gil;
use rustc_hash::FxHashMap;
use std::any::TypeId;
use std::os::unix::thread::JoinHandleExt;
use std::ptr::NonNull;
use std::sync::atomic::Ordering;

/// Machine stack of a new thread, unless the program asks for another size.
const STACK: usize = 8 << 20;
/// The least that is useful: native calls are refused near the end.
const LEAST_STACK: usize = 1 << 20;

/// What native modules keep for a thread and need too often to look it up by type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Often {
    /// The current context of `contextvars`.
    Context,
    /// The running loop of `asyncio`, and the task that it executes.
    RunningLoop,
    RunningTask,
}

/// How many of them there are.
const OFTEN: usize = Often::RunningTask as usize + 1;

/// One thread of the program.
pub struct ThreadState {
    /// Never used twice.
    pub id: u64,
    /// The system's number of the thread (`threading.get_ident`).
    pub ident: usize,
    /// Values of this thread that native modules keep, by a type of theirs.
    pub values: FxHashMap<TypeId, Value>,
    /// By `Often`; unbound: nothing.
    often: [Value; OFTEN],
    /// What it runs and with what, until it has begun.
    start: Value,
    // These hold the thread's own while it does not run, and something neutral while it does.
    saved: ThreadCtx,
    registers: RegisterStack,
    repr_stack: ReprStack,
    /// Part of its machine stack to scan; empty while it runs.
    stack: (usize, usize),
}

impl ThreadState {
    #[inline]
    pub fn often(&self, which: Often) -> Option<Value> {
        self.often[which as usize].bound()
    }

    #[inline]
    pub fn set_often(&mut self, which: Often, v: Option<Value>) {
        self.often[which as usize] = v.unwrap_or(Value::UNBOUND);
    }
}

/// All threads.
pub struct Threads {
    gil: &'static Gil,
    all: Vec<NonNull<ThreadState>>,
    current: NonNull<ThreadState>,
    main: u64,
    last_id: u64,
    /// A signal arrived while another thread than the main one ran.
    signal_for_main: bool,
}

/// What a thread runs; it reports its own exceptions.
pub type Body = fn(&mut Vm, Value);

struct Send<T>(T);
// SAFETY: made by the thread that holds the lock, used by the new thread once it holds it.
unsafe impl<T> std::marker::Send for Send<T> {}

fn ident() -> usize {
    // SAFETY: a plain library call.
    unsafe { libc::pthread_self() as usize }
}

fn new_state(id: u64, ident: usize, registers: RegisterStack) -> NonNull<ThreadState> {
    let saved = ThreadCtx::new(&registers);
    NonNull::from(Box::leak(Box::new(ThreadState {
        id,
        ident,
        values: FxHashMap::default(),
        often: [Value::UNBOUND; OFTEN],
        start: Value::NONE,
        saved,
        registers,
        repr_stack: ReprStack::default(),
        stack: (0, 0),
    })))
}

impl Threads {
    /// The threads of a new machine: the calling one runs. `poll`: the machine's poll word, once it has its place.
    pub(super) fn new(poll: *const std::sync::atomic::AtomicU32) -> Threads {
        let main = new_state(1, ident(), RegisterStack::none());
        Threads {
            gil: Gil::new(poll, 1, None),
            all: vec![main],
            current: main,
            main: 1,
            last_id: 1,
            signal_for_main: false,
        }
    }

    /// The running thread.
    pub fn current(&mut self) -> &mut ThreadState {
        // SAFETY: states live until their thread has left the list; only the holder of the lock uses them.
        unsafe { self.current.as_mut() }
    }

    /// Whether there is more than one.
    #[inline]
    pub fn are_many(&self) -> bool {
        self.all.len() > 1
    }

    /// All threads that have not ended, oldest first.
    pub fn all(&self) -> impl Iterator<Item = &ThreadState> {
        // SAFETY: as in `current`.
        self.all.iter().map(|state| unsafe { state.as_ref() })
    }

    pub fn is_main(&self) -> bool {
        // SAFETY: as in `current`.
        unsafe { self.current.as_ref() }.id == self.main
    }

    /// The main thread's number.
    pub fn main_ident(&self) -> usize {
        self.all().find(|t| t.id == self.main).map_or(0, |t| t.ident)
    }

    /// Nanoseconds that a thread waits before it asks the running one to let go.
    pub fn switch_interval(&self) -> u64 {
        self.gil.interval()
    }

    pub fn set_switch_interval(&self, nanos: u64) {
        self.gil.set_interval(nanos);
    }

    /// Roots of the threads that do not run.
    pub(super) fn trace(&self, t: &mut Tracer<'_>) {
        for state in self.all() {
            t.value(state.start);
            for v in state.values.values().chain(&state.often) {
                t.value(*v);
            }
            t.value(state.saved.exception);
            t.value(state.saved.handled);
            t.value(state.saved.trace);
            t.value(state.saved.profile);
            crate::interp::trace_registers(&state.saved, state.registers.start(), t);
            let (sp, top) = state.stack;
            // SAFETY: the thread waits inside of `with_registers`; its stack above `sp` does not change meanwhile.
            unsafe { t.conservative(sp as *const u64, top as *const u64) };
        }
    }
}

/// Exchanges what sits in the machine with what the state holds.
///
/// # Safety
/// The caller holds the lock; both are valid.
unsafe fn exchange(vm: *mut Vm, state: *mut ThreadState) {
    // SAFETY: the caller's promise; the two do not overlap.
    unsafe {
        (*vm).ctx.exchange(&mut (*state).saved);
        std::mem::swap(&mut (*vm).registers, &mut (*state).registers);
        std::mem::swap(&mut (*vm).repr_stack, &mut (*state).repr_stack);
    }
}

/// Where this thread's `errno` is.
pub(super) fn errno_place() -> *mut libc::c_int {
    #[cfg(target_os = "linux")]
    // SAFETY: a plain library call.
    unsafe {
        libc::__errno_location()
    }
    #[cfg(not(target_os = "linux"))]
    // SAFETY: a plain library call.
    unsafe {
        libc::__error()
    }
}

/// Lets go of the lock while `f` runs.
#[inline(never)]
fn while_unlocked(vm: *mut Vm, gil: &Gil, f: &mut dyn FnMut()) {
    heap::with_registers(&mut |sp| {
        // SAFETY: the caller holds the lock, and has it back when this returns; between, the machine is not touched.
        unsafe {
            let mut me = (*vm).threads.current;
            exchange(vm, me.as_ptr());
            me.as_mut().stack = (sp, heap::stack_top());
            let id = me.as_ref().id;
            f();
            let errno = *errno_place();
            gil.take(id);
            (*vm).threads.current = me;
            me.as_mut().stack = (0, 0);
            exchange(vm, me.as_ptr());
            if (*vm).threads.signal_for_main && (*vm).threads.is_main() {
                (*vm).threads.signal_for_main = false;
                (*vm).ctx.poll.fetch_or(poll::SIGNAL, Ordering::AcqRel);
            }
            *errno_place() = errno;
        }
    });
}

impl Vm {
    /// Runs `f`, which must not touch the machine, while other threads may run Python. `errno` stays as `f` left it.
    #[inline]
    pub fn unlocked<R>(&mut self, f: impl FnOnce() -> R) -> R {
        if self.threads.all.len() == 1 {
            return f();
        }
        let gil = self.threads.gil;
        let (mut f, mut result) = (Some(f), None);
        while_unlocked(std::ptr::from_mut(self), gil, &mut || {
            gil.release();
            result = f.take().map(|f| f());
        });
        result.expect("it ran once")
    }

    /// Lets another thread run, if one waits.
    #[cold]
    #[inline(never)]
    pub fn switch_threads(&mut self) {
        self.ctx.poll.fetch_and(!poll::SWITCH, Ordering::AcqRel);
        if self.threads.all.len() == 1 {
            return;
        }
        let gil = self.threads.gil;
        if gil.is_wanted() {
            while_unlocked(std::ptr::from_mut(self), gil, &mut || gil.hand_over());
        }
    }

    /// A signal is for the main thread: kept for it when another one runs. Whether the running one is it.
    pub(super) fn takes_signals(&mut self) -> bool {
        let main = self.threads.is_main();
        if !main {
            self.threads.signal_for_main = true;
        }
        main
    }

    /// Starts a thread that runs `body(vm, start)`; its number. `stack`: size of its machine stack, 0 for the usual.
    pub fn spawn(&mut self, stack: usize, body: Body, start: Value) -> std::io::Result<usize> {
        let out_of_memory = || std::io::Error::from_raw_os_error(libc::ENOMEM);
        let registers = RegisterStack::reserve_small().ok_or_else(out_of_memory)?;
        let id = self.threads.last_id + 1;
        let mut state = new_state(id, 0, registers);
        // SAFETY: just made.
        unsafe { state.as_mut() }.start = start;
        self.threads.all.push(state);
        let gil = self.threads.gil;
        let shared = Send((std::ptr::from_mut(self), state));
        let size = if stack == 0 { STACK } else { stack.max(LEAST_STACK) };
        let thread = std::thread::Builder::new().stack_size(size).spawn(move || {
            let shared = shared;
            let Send((vm, state)) = shared;
            run_thread(vm, state, gil, body);
        });
        match thread {
            Ok(handle) => {
                self.threads.last_id = id;
                let ident = handle.as_pthread_t() as usize;
                // SAFETY: the thread waits for the lock, so its state is there.
                unsafe { state.as_mut() }.ident = ident;
                Ok(ident)
            }
            Err(e) => {
                self.threads.all.pop();
                // SAFETY: made above, and no thread knows it.
                drop(unsafe { Box::from_raw(state.as_ptr()) });
                Err(e)
            }
        }
    }

    /// Before the process ends: no other thread runs Python from now on.
    pub fn close_threads(&mut self) {
        self.threads.gil.close();
    }

    /// `fork()`, with the tier's thread at rest. The child has the calling thread only, as its main one.
    pub fn fork(&mut self) -> std::io::Result<i32> {
        let tier = self.tier.clone();
        if let Some(tier) = &tier {
            tier.before_fork();
        }
        // SAFETY: the child goes on as the only thread, and what other threads hold is dropped there.
        let pid = unsafe { libc::fork() };
        let errno = std::io::Error::last_os_error();
        if pid == 0 {
            self.keep_one_thread();
        }
        if let Some(tier) = &tier {
            tier.after_fork(pid == 0);
        }
        if pid < 0 { Err(errno) } else { Ok(pid) }
    }

    /// In the child of a fork: the other threads are gone.
    fn keep_one_thread(&mut self) {
        let threads = &mut self.threads;
        let mut current = threads.current;
        for state in std::mem::replace(&mut threads.all, vec![current]) {
            if state != current {
                // SAFETY: its thread does not exist here, and it is on the list no more.
                drop(unsafe { Box::from_raw(state.as_ptr()) });
            }
        }
        threads.gil = Gil::new(&raw const self.ctx.poll, threads.main, Some(threads.gil.interval()));
        // SAFETY: the running thread's state.
        let current = unsafe { current.as_mut() };
        current.ident = ident();
        threads.main = current.id;
    }

    /// Runs `f` as if the thread whose register stack `base` points into were running: for walking its frames.
    pub fn as_thread_of<R>(&mut self, base: *mut Value, f: impl FnOnce(&mut Vm) -> R) -> R {
        if self.registers.contains(base) {
            return f(self);
        }
        match self.threads.all.iter().copied().find(|s| {
            // SAFETY: states on the list are alive.
            unsafe { s.as_ref() }.registers.contains(base)
        }) {
            Some(state) => self.as_thread(state, f),
            None => f(self),
        }
    }

    fn as_thread<R>(&mut self, state: NonNull<ThreadState>, f: impl FnOnce(&mut Vm) -> R) -> R {
        // Native entry is refused meanwhile and limits are its own, so nothing but walking is done.
        // SAFETY: this thread holds the lock, and the other state stays on the list: only `f` runs until it is put back.
        unsafe { exchange(self, state.as_ptr()) };
        let result = f(self);
        // SAFETY: as above.
        unsafe { exchange(self, state.as_ptr()) };
        result
    }

    /// Calls `f` once a thread, as if that thread ran, with its number.
    pub fn each_thread<E>(&mut self, mut f: impl FnMut(&mut Vm, usize) -> Result<(), E>) -> Result<(), E> {
        for state in self.threads.all.clone() {
            // SAFETY: `f` ends no threads, so states stay.
            let ident = unsafe { state.as_ref() }.ident;
            if state == self.threads.current {
                f(self, ident)?;
            } else {
                self.as_thread(state, |vm| f(vm, ident))?;
            }
        }
        Ok(())
    }
}

/// A thread from start to end.
fn run_thread(vm: *mut Vm, mut state: NonNull<ThreadState>, gil: &'static Gil, body: Body) {
    // SAFETY: the state stays until this thread removes it.
    let id = unsafe { state.as_ref() }.id;
    gil.take(id);
    // SAFETY: this thread holds the lock, so it has the machine to itself.
    unsafe {
        (*vm).threads.current = state;
        exchange(vm, state.as_ptr());
        (*vm).set_stack_limit();
        let start = std::mem::replace(&mut state.as_mut().start, Value::NONE);
        body(&mut *vm, start);
        exchange(vm, state.as_ptr());
        (*vm).threads.all.retain(|s| *s != state);
        drop(Box::from_raw(state.as_ptr()));
    }
    gil.release();
}
