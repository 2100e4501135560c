//! Size classes, cell sizes, zeroed cells.

use super::*;

#[test]
fn every_size_gets_a_class_that_holds_it() {
    let mut last = 0;
    for bytes in 1..=MAX_SMALL {
        let class = size_class(bytes);
        assert!(class < N_CLASSES && class_bytes(class) >= bytes, "{bytes}");
        assert!(class >= last, "{bytes}");
        assert!(class == 0 || class_bytes(class - 1) < bytes, "{bytes} fits a smaller class");
        last = class;
    }
    assert_eq!(last, N_CLASSES - 1);
    assert_eq!(size_class(MAX_SMALL + 1), N_CLASSES);
    assert_eq!(size_class(0), 0);
}

#[test]
fn the_ranges_of_native_code_come_first() {
    assert_eq!(std::mem::offset_of!(Heap, alloc), 0);
    assert_eq!(std::mem::offset_of!(Bump, cur), 0);
    assert_eq!(std::mem::offset_of!(Bump, end), 8);
}

#[test]
fn cells_are_zero_but_for_the_id_also_when_reused() {
    let mut w = World::new();
    for round in 0..3 {
        for size in [8, 16, 24, 100, 2048, 2049, 5000, 8192, 8193, 40_000, 600_000, 3 << 20] {
            for _ in 0..40 {
                let v = w.cell(size, LEAF);
                let p = cell(v).as_ptr().cast::<u8>();
                let usable = Heap::cell_size(cell(v));
                assert!(usable >= size);
                // SAFETY: a cell of that many bytes, leaf, so it may hold anything.
                let bytes = unsafe { std::slice::from_raw_parts_mut(p, usable) };
                assert_eq!(bytes[..8], [3, 0, 0, 0, 0, 0, 0, 0], "round {round}, size {size}");
                assert!(bytes[8..].iter().all(|&b| b == 0), "round {round}, size {size}");
                bytes[8..].fill(0xa5);
            }
        }
        if round == 0 { w.minor() } else { w.full() }
    }
}
