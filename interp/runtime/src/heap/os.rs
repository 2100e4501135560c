//! The operating system's part: mapping memory, giving it back, bounds of the machine stack.

use std::ptr;

const PAGE: usize = 4096;

fn mmap(hint: usize, len: usize) -> Option<usize> {
    // SAFETY: an anonymous private mapping at a place of the kernel's choice (no MAP_FIXED)
    // overlaps nothing that exists.
    let p = unsafe {
        libc::mmap(
            hint as *mut libc::c_void,
            len,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANON,
            -1,
            0,
        )
    };
    if p == libc::MAP_FAILED { None } else { Some(p as usize) }
}

/// Zeroed memory of `len` bytes aligned to `align`, near `hint` if that is free.
/// Tries without over-reserving first: under `ulimit -v` the spare might be refused.
pub fn map_aligned(len: usize, align: usize, hint: usize) -> Option<usize> {
    let len = len.checked_next_multiple_of(PAGE)?;
    let p = mmap(hint, len)?;
    if p % align == 0 {
        return Some(p);
    }
    // SAFETY: just mapped, nobody has seen it.
    unsafe { unmap(p, len) };
    let whole = len.checked_add(align)?;
    let p = mmap(0, whole)?;
    let start = p.next_multiple_of(align);
    // SAFETY: the trimmed ends belong to the mapping just made and are unused.
    unsafe {
        unmap(p, start - p);
        unmap(start + len, p + whole - (start + len));
    }
    Some(start)
}

/// # Safety
/// The range is page-aligned, mapped by [`map_aligned`] and no longer used.
pub unsafe fn unmap(addr: usize, len: usize) {
    if len > 0 {
        // SAFETY: the caller's promise.
        unsafe { libc::munmap(addr as *mut libc::c_void, len.next_multiple_of(PAGE)) };
    }
}

/// Moves a mapping to an aligned place with room for `new_len` bytes (perhaps where it is), the
/// added ones zero. `None`: nothing has changed.
///
/// # Safety
/// `addr..addr + len` was mapped by [`map_aligned`]; nobody uses the old addresses afterwards.
pub unsafe fn remap_aligned(addr: usize, len: usize, new_len: usize, align: usize) -> Option<usize> {
    #[cfg(target_os = "linux")]
    {
        let old = addr as *mut libc::c_void;
        let (len, new_len) = (len.next_multiple_of(PAGE), new_len.checked_next_multiple_of(PAGE)?);
        // SAFETY: without MREMAP_MAYMOVE the mapping grows where it is, or not at all.
        if unsafe { libc::mremap(old, len, new_len, 0) } != libc::MAP_FAILED {
            return Some(addr);
        }
        let to = map_aligned(new_len, align, 0)?;
        let flags = libc::MREMAP_MAYMOVE | libc::MREMAP_FIXED;
        // SAFETY: replaces the fresh mapping, which nobody knows of.
        let moved = unsafe { libc::mremap(old, len, new_len, flags, to as *mut libc::c_void) };
        if moved == libc::MAP_FAILED {
            // SAFETY: still ours: the call checks before it unmaps.
            unsafe { unmap(to, new_len) };
            return None;
        }
        Some(to)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = (addr, len, new_len, align);
        None
    }
}

/// Gives the pages back but keeps the addresses. True: they read as zeros from now on.
///
/// # Safety
/// The range is page-aligned, mapped by [`map_aligned`], and its contents are garbage.
pub unsafe fn discard(addr: usize, len: usize) -> bool {
    // SAFETY: the caller's promise.
    let failed = unsafe { libc::madvise(addr as *mut libc::c_void, len, libc::MADV_DONTNEED) };
    // Elsewhere than on Linux the call is a hint that may leave the old contents.
    cfg!(target_os = "linux") && failed == 0
}

/// Asks for large pages under a mapping, as a hint.
pub fn prefer_huge_pages(addr: usize, len: usize) {
    #[cfg(target_os = "linux")]
    // SAFETY: advice that changes no contents.
    unsafe {
        libc::madvise(addr as *mut libc::c_void, len, libc::MADV_HUGEPAGE);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (addr, len);
}

/// Lowest usable address of the calling thread's stack; `None` if the system does not say.
pub fn stack_bottom() -> Option<usize> {
    #[cfg(target_os = "linux")]
    // SAFETY: `attr` is initialised by the call that succeeds and destroyed once.
    unsafe {
        let mut attr: libc::pthread_attr_t = std::mem::zeroed();
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attr) != 0 {
            return None;
        }
        let (mut low, mut size) = (ptr::null_mut(), 0);
        let failed = libc::pthread_attr_getstack(&attr, &mut low, &mut size);
        libc::pthread_attr_destroy(&mut attr);
        (failed == 0).then_some(low as usize)
    }
    #[cfg(not(target_os = "linux"))]
    None
}

/// One past the highest address of the calling thread's stack; 0 if the system does not say.
pub fn stack_top() -> usize {
    #[cfg(target_os = "linux")]
    // SAFETY: `attr` is initialised by the call that succeeds and destroyed once.
    unsafe {
        let mut attr: libc::pthread_attr_t = std::mem::zeroed();
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attr) != 0 {
            return 0;
        }
        let (mut low, mut size) = (ptr::null_mut(), 0);
        let failed = libc::pthread_attr_getstack(&attr, &mut low, &mut size);
        libc::pthread_attr_destroy(&mut attr);
        if failed == 0 { low as usize + size } else { 0 }
    }
    #[cfg(target_os = "macos")]
    // SAFETY: a query about the calling thread.
    unsafe {
        let _: *mut u8 = ptr::null_mut();
        libc::pthread_get_stackaddr_np(libc::pthread_self()) as usize
    }
    #[cfg(not(any(target_os = "linux", target_os = "macos")))]
    {
        let _: *mut u8 = ptr::null_mut();
        0
    }
}
