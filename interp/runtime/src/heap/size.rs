//! Size classes: which cell size serves a request, and how many such cells a block holds.

use super::chunk::BLOCK;

/// Cells are multiples of this; it is also the smallest cell.
pub const STEP: usize = 16;
/// Up to here classes go by [`STEP`], so that `class = (bytes - 1) / 16` needs no table and the
/// inline allocation of native code can fold it.
pub const MAX_STEPPED: usize = 2048;
const STEPPED: usize = MAX_STEPPED / STEP;
/// Above: whole fractions of a block, which waste less of it than any geometric series.
const COARSE: [usize; 6] = [2336, 2720, 3264, 4096, 5456, 8192];
/// Larger cells live in runs of blocks of their own.
pub const MAX_SMALL: usize = 8192;
pub const N_CLASSES: usize = STEPPED + COARSE.len();

/// The class that serves `bytes`; `N_CLASSES` when the cell is a large one.
#[inline(always)]
pub const fn size_class(bytes: usize) -> usize {
    if bytes <= MAX_STEPPED {
        return bytes.saturating_sub(1) / STEP;
    }
    let mut i = 0;
    while i < COARSE.len() && COARSE[i] < bytes {
        i += 1;
    }
    STEPPED + i
}

/// Cell size of a class.
#[inline(always)]
pub const fn class_bytes(class: usize) -> usize {
    if class < STEPPED { (class + 1) * STEP } else { COARSE[class - STEPPED] }
}

/// Cells of `bytes` bytes in one block.
#[inline(always)]
pub const fn cells_per_block(bytes: usize) -> usize {
    BLOCK / bytes
}
