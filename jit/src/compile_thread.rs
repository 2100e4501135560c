//! The background compiler: one thread that takes jobs and gives units back; the interpreter installs them at polls.

use crate::compile::{Job, compile};
use crate::unit::Compiled;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Instant;

/// Compiling that every program may have.
const FREE_MICROS: u64 = 70_000;
/// Time of the program for which it may have compiled for one unit of time.
const PROGRAM_PER_WORK: u64 = 3;
/// How much more work counts whose code was thrown away: more of that kind is to be expected.
const WASTE: u64 = 1;
/// What a job costs most likely.
const TYPICAL_MICROS: u64 = 2_000;

/// Code address, loop header, and the unit or why there is none.
pub type Outcome = (u64, Option<u32>, Result<Compiled, String>);

/// Whether the thread must stand still (around fork), and whether it does.
#[derive(Default)]
struct Parking {
    wanted: bool,
    parked: bool,
}

/// Handle to the thread.
pub struct CompileThread {
    jobs: Option<Sender<(u64, Option<u32>, Job)>>,
    results: Receiver<Outcome>,
    under_way: Arc<AtomicUsize>,
    /// Microseconds it has worked.
    busy: Arc<AtomicU64>,
    started: Instant,
    parking: Arc<(Mutex<Parking>, Condvar)>,
    handle: Option<JoinHandle<()>>,
}

impl CompileThread {
    /// `flag` is told (`bit`) when something is finished.
    pub fn start(flag: &'static AtomicU32, bit: u32) -> CompileThread {
        let (jobs, inbox) = channel::<(u64, Option<u32>, Job)>();
        let (outbox, results) = channel();
        let under_way = Arc::new(AtomicUsize::new(0));
        let parking: Arc<(Mutex<Parking>, Condvar)> = Arc::default();
        let park = parking.clone();
        let busy: Arc<AtomicU64> = Arc::default();
        let worked = busy.clone();
        let work = move || {
            habu_runtime::vm::signals::block_all();
            loop {
                wait_while_parked(&park);
                // Short waits, so that a request to park is seen soon.
                let job = match inbox.recv_timeout(std::time::Duration::from_millis(20)) {
                    Ok(job) => job,
                    Err(std::sync::mpsc::RecvTimeoutError::Timeout) => continue,
                    Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return,
                };
                let begin = Instant::now();
                let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| compile(&job.2)))
                    .unwrap_or_else(|_| Err("internal error in the compiler".into()));
                worked.fetch_add(begin.elapsed().as_micros() as u64, Ordering::Relaxed);
                if outbox.send((job.0, job.1, outcome)).is_err() {
                    return;
                }
                flag.fetch_or(bit, Ordering::Release);
            }
        };
        let handle = std::thread::Builder::new().name("habu-jit".into()).stack_size(8 << 20).spawn(work).ok();
        CompileThread { jobs: Some(jobs), results, under_way, busy, started: Instant::now(), parking, handle }
    }

    pub fn send(&self, code: u64, which: Option<u32>, job: Job) {
        if let Some(jobs) = &self.jobs
            && jobs.send((code, which, job)).is_ok()
        {
            self.under_way.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub fn finished(&mut self) -> Option<Outcome> {
        let outcome = self.results.try_recv().ok()?;
        self.under_way.fetch_sub(1, Ordering::Relaxed);
        Some(outcome)
    }

    /// Whether it has worked as much as the program's time so far is worth; `wasted`: microseconds of work on code that was
    /// thrown away. What is hot asks again soon; what is not may never be worth compiling.
    pub fn is_spent(&self, wasted: u64) -> bool {
        let (waiting, worked) = (self.under_way.load(Ordering::Relaxed), self.busy.load(Ordering::Relaxed));
        let earned = FREE_MICROS + self.started.elapsed().as_micros() as u64 / PROGRAM_PER_WORK;
        worked + wasted * WASTE + waiting as u64 * TYPICAL_MICROS > earned
    }

    pub fn is_idle(&self) -> bool {
        self.under_way.load(Ordering::Relaxed) == 0
    }

    /// Returns once the thread stands still between jobs and holds no lock.
    pub fn park(&self) {
        let (lock, signal) = &*self.parking;
        let Ok(mut state) = lock.lock() else { return };
        state.wanted = true;
        while !state.parked && self.handle.as_ref().is_some_and(|h| !h.is_finished()) {
            let Ok((next, _)) = signal.wait_timeout(state, std::time::Duration::from_millis(50)) else {
                return;
            };
            state = next;
        }
    }

    pub fn unpark(&self) {
        let (lock, signal) = &*self.parking;
        if let Ok(mut state) = lock.lock() {
            state.wanted = false;
            signal.notify_all();
        }
    }

    /// In the child of a fork, where the thread does not exist: nothing of it may be touched.
    pub fn abandon(mut self) {
        std::mem::forget(self.handle.take());
        std::mem::forget(self.jobs.take());
        std::mem::forget(self);
    }
}

fn wait_while_parked(park: &(Mutex<Parking>, Condvar)) {
    let (lock, signal) = park;
    let Ok(mut state) = lock.lock() else { return };
    while state.wanted {
        state.parked = true;
        signal.notify_all();
        let Ok(next) = signal.wait(state) else { return };
        state = next;
    }
    state.parked = false;
}

impl Drop for CompileThread {
    fn drop(&mut self) {
        // Closing the queue ends the thread; a compile under way is waited for.
        self.jobs = None;
        if let Some(handle) = self.handle.take() {
            let _ = handle.join();
        }
    }
}
