//! Roots: the VM's own, reported precisely, and the machine stack with the callee-saved
//! registers, scanned conservatively.

use super::Heap;
use super::header::ShapeId;
use super::mark::Tracer;
use super::os;

/// The VM's roots: `unsafe fn(data, tracer)`.
pub type RootsFn = unsafe fn(*mut (), &mut Tracer<'_>);

/// What else the VM has to do when a full collection has marked everything that lives: drop what it knows of dead cells.
pub type ForgetFn = unsafe fn(*mut (), &Tracer<'_>) -> Forgotten;

/// What went with dead cells.
#[derive(Default)]
pub struct Forgotten {
    /// Ids of no cell any more.
    pub ids: Vec<ShapeId>,
    /// Memory outside of the heap that [`Heap::add_external`] has counted.
    pub external: usize,
}

/// Where roots come from.
pub struct Roots {
    precise: Option<(*mut (), RootsFn)>,
    forget: Option<(*mut (), ForgetFn)>,
    /// One past the highest stack word to scan, if not the top of the collecting thread's stack.
    stack_top: Option<usize>,
}

impl Roots {
    pub const fn new() -> Roots {
        Roots { precise: None, forget: None, stack_top: None }
    }

    /// Reports all of them. `sp`: from [`with_registers`].
    pub fn trace(&mut self, tracer: &mut Tracer<'_>, sp: usize) {
        if let Some((data, f)) = self.precise {
            // SAFETY: whoever registered the pair keeps it valid for the heap's life.
            unsafe { f(data, tracer) };
        }
        let top = self.stack_top.unwrap_or_else(stack_top);
        // SAFETY: the calling thread's stack from a live frame upwards is readable.
        unsafe { tracer.conservative(sp as *const u64, top as *const u64) };
    }
}

impl Roots {
    /// Everything that lives is marked.
    pub fn forget(&self, tracer: &Tracer<'_>) -> Forgotten {
        // SAFETY: whoever registered the pair keeps it valid for the heap's life.
        self.forget.map_or_else(Forgotten::default, |(data, f)| unsafe { f(data, tracer) })
    }
}

impl Heap {
    /// Who forgets what a full collection found dead.
    pub fn set_forget(&mut self, data: *mut (), f: ForgetFn) {
        self.roots.forget = Some((data, f));
    }

    /// Who reports the VM's precise roots.
    pub fn set_roots(&mut self, data: *mut (), f: RootsFn) {
        self.roots.precise = Some((data, f));
    }

    /// The machine stack is scanned from the current stack pointer up to here. Unset: to the top
    /// of the collecting thread's stack. 0: not at all.
    pub fn set_stack_base(&mut self, hi: usize) {
        self.roots.stack_top = Some(hi);
    }
}

thread_local! {
    static STACK_TOP: usize = os::stack_top();
}

/// One past the highest address of the calling thread's stack.
pub fn stack_top() -> usize {
    STACK_TOP.with(|top| *top)
}

/// Calls `f` with the address of a stack word below which no live reference of the callers hides:
/// callee-saved registers are stored there first. (Caller-saved ones are on the stack by then.)
///
/// A thread that lets another one run the VM waits inside of `f`, and publishes that address and
/// [`stack_top`] for the roots function to scan.
#[inline(never)]
pub fn with_registers(f: &mut dyn FnMut(usize)) {
    let mut saved = [0usize; 20];
    // SAFETY: stores registers into `saved`, large enough; nothing else changes.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        std::arch::asm!(
            "mov [{0}], rbx",
            "mov [{0} + 8], rbp",
            "mov [{0} + 16], r12",
            "mov [{0} + 24], r13",
            "mov [{0} + 32], r14",
            "mov [{0} + 40], r15",
            in(reg) saved.as_mut_ptr(),
            options(nostack, preserves_flags),
        );
    }
    // SAFETY: as above.
    #[cfg(target_arch = "aarch64")]
    unsafe {
        std::arch::asm!(
            "stp x19, x20, [{0}]",
            "stp x21, x22, [{0}, #16]",
            "stp x23, x24, [{0}, #32]",
            "stp x25, x26, [{0}, #48]",
            "stp x27, x28, [{0}, #64]",
            "str x29, [{0}, #80]",
            // The compiler keeps pairs of words in vector registers at times.
            "stp d8, d9, [{0}, #88]",
            "stp d10, d11, [{0}, #104]",
            "stp d12, d13, [{0}, #120]",
            "stp d14, d15, [{0}, #136]",
            in(reg) saved.as_mut_ptr(),
            options(nostack, preserves_flags),
        );
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    compile_error!("no register spill for this architecture");
    f(saved.as_ptr() as usize);
    std::hint::black_box(&mut saved);
}

/// Overwrites some of the stack below the caller: references that finished calls (marking above
/// all) left there would turn up again in the unused slots of frames to come.
#[inline(never)]
pub fn scrub_stack() {
    let mut dead = [0usize; 1024];
    std::hint::black_box(&mut dead);
}
