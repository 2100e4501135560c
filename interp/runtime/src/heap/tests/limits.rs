//! Running out of memory; fork.

use super::*;

#[test]
fn a_limit_makes_allocation_fail_and_recover() {
    let mut w = World::new();
    w.heap.set_limit(32 << 20);
    assert!(w.heap.alloc(64 << 20, LEAF).is_none());
    assert!(w.heap.alloc(usize::MAX - 5, LEAF).is_none());
    assert!(w.heap.alloc(isize::MAX as usize, LEAF).is_none());
    w.roots.borrow_mut().push(Value::NONE);
    let mut count = 0;
    while let Some(p) = w.heap.alloc(48, NODE) {
        // SAFETY: 48 bytes hold a node.
        let p: Gc<Node> = unsafe { Gc::from_header(p) };
        p.a.set(w.roots.borrow()[0]);
        w.roots.borrow_mut()[0] = Value::from_gc(p);
        count += 1;
    }
    assert!(count > 500_000, "{count}");
    w.heap.verify().expect("sound");
    w.roots.borrow_mut()[0] = Value::NONE;
    assert!(w.heap.alloc(48, NODE).is_some());
    assert!(w.heap.alloc(1 << 20, LEAF).is_some());
}

/// Runs `f` in a child process and returns its exit status.
fn in_child(f: impl FnOnce() -> bool) -> i32 {
    // SAFETY: the child only computes and leaves by `_exit`.
    unsafe {
        let pid = libc::fork();
        if pid == 0 {
            let ok = std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).unwrap_or(false);
            libc::_exit(if ok { 0 } else { 1 });
        }
        let mut status = 0;
        assert_eq!(libc::waitpid(pid, &mut status, 0), pid);
        status
    }
}

#[test]
fn the_system_refusing_memory_is_no_crash() {
    let status = in_child(|| {
        let limit = libc::rlimit { rlim_cur: 400 << 20, rlim_max: 400 << 20 };
        // SAFETY: a plain system call.
        unsafe { libc::setrlimit(libc::RLIMIT_AS, &limit) };
        let mut w = World::new();
        if w.heap.alloc(500 << 20, LEAF).is_some() {
            return false;
        }
        w.roots.borrow_mut().push(Value::NONE);
        let mut count = 0u64;
        while let Some(p) = w.heap.alloc(2000, NODE) {
            // SAFETY: the cell holds a node.
            let p: Gc<Node> = unsafe { Gc::from_header(p) };
            p.a.set(w.roots.borrow()[0]);
            w.roots.borrow_mut()[0] = Value::from_gc(p);
            count += 1;
        }
        w.roots.borrow_mut()[0] = Value::NONE;
        count > 10_000 && w.heap.alloc(64 << 20, LEAF).is_some() && w.heap.alloc(2000, NODE).is_some()
    });
    assert_eq!(status, 0);
}

#[test]
fn a_forked_child_goes_on_with_its_copy() {
    let mut w = World::new();
    let v = w.rooted(Value::small(1), Value::NONE);
    let status = in_child(|| {
        for i in 0..200_000 {
            w.node(Value::small(i), Value::NONE);
        }
        let child = w.node(Value::small(8), Value::NONE);
        w.set_a(v, child);
        w.full();
        node(node(v).a.get()).a.get() == Value::small(8)
    });
    assert_eq!(status, 0);
    w.full();
    assert_eq!(node(v).a.get(), Value::small(1));
}
