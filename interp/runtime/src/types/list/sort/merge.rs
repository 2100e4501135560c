//! A stable, adaptive merge sort whose comparison may fail: natural runs, short ones extended by
//! binary insertion, merged in the order that powersort chooses (Munro and Wild, "Nearly-Optimal
//! Mergesorts", 2018). Whatever the comparison says, the result is a permutation.

/// Runs shorter than this are extended.
const MIN_RUN: usize = 32;

/// Sorts indices by `less(a, b)`; at the first error the order is left as it is then.
pub fn merge_sort<E>(order: &mut [u32], less: &mut impl FnMut(u32, u32) -> Result<bool, E>) -> Result<(), E> {
    let len = order.len();
    if len < 2 {
        return Ok(());
    }
    let mut sorter = Sorter { order, spare: Vec::new(), runs: Vec::new() };
    let mut start = 0;
    while start < len {
        let mut end = start + sorter.natural_run(start, less)?;
        let wanted = (start + min_run(len)).min(len);
        if end < wanted {
            sorter.insert_sorted(start, end, wanted, less)?;
            end = wanted;
        }
        sorter.push_run(start, end, less)?;
        start = end;
    }
    while sorter.runs.len() > 1 {
        sorter.merge_top(less)?;
    }
    Ok(())
}

/// A run length such that the number of runs is close to, or a little below, a power of two.
fn min_run(mut n: usize) -> usize {
    let mut low_bits = 0;
    while n >= 2 * MIN_RUN {
        low_bits |= n & 1;
        n >>= 1;
    }
    n + low_bits
}

struct Run {
    start: usize,
    end: usize,
    /// Depth of the boundary before this run in the ideal merge tree.
    power: u32,
}

struct Sorter<'a> {
    order: &'a mut [u32],
    spare: Vec<u32>,
    runs: Vec<Run>,
}

impl Sorter<'_> {
    /// Length of the run at `start`, made ascending.
    fn natural_run<E>(
        &mut self,
        start: usize,
        less: &mut impl FnMut(u32, u32) -> Result<bool, E>,
    ) -> Result<usize, E> {
        let rest = &mut self.order[start..];
        if rest.len() < 2 {
            return Ok(rest.len());
        }
        let mut len = 2;
        if less(rest[1], rest[0])? {
            while len < rest.len() && less(rest[len], rest[len - 1])? {
                len += 1;
            }
            rest[..len].reverse();
        } else {
            while len < rest.len() && !less(rest[len], rest[len - 1])? {
                len += 1;
            }
        }
        Ok(len)
    }

    /// Extends the sorted range `start..sorted` to `end`.
    fn insert_sorted<E>(
        &mut self,
        start: usize,
        sorted: usize,
        end: usize,
        less: &mut impl FnMut(u32, u32) -> Result<bool, E>,
    ) -> Result<(), E> {
        for at in sorted..end {
            let pivot = self.order[at];
            let (mut low, mut high) = (start, at);
            while low < high {
                let middle = low + (high - low) / 2;
                if less(pivot, self.order[middle])? {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            self.order.copy_within(low..at, low + 1);
            self.order[low] = pivot;
        }
        Ok(())
    }

    fn push_run<E>(
        &mut self,
        start: usize,
        end: usize,
        less: &mut impl FnMut(u32, u32) -> Result<bool, E>,
    ) -> Result<(), E> {
        let mut power = 0;
        if let Some(top) = self.runs.last() {
            power = node_power(top.start, start, end, self.order.len());
            while self.runs.len() > 1 && self.runs.last().is_some_and(|top| top.power > power) {
                self.merge_top(less)?;
            }
        }
        self.runs.push(Run { start, end, power });
        Ok(())
    }

    /// Merges the two topmost runs.
    fn merge_top<E>(&mut self, less: &mut impl FnMut(u32, u32) -> Result<bool, E>) -> Result<(), E> {
        let Some(right) = self.runs.pop() else { return Ok(()) };
        let Some(left) = self.runs.last_mut() else { return Ok(()) };
        let (start, middle) = (left.start, right.start);
        left.end = right.end;
        self.merge(start, middle, right.end, less)
    }

    fn merge<E>(
        &mut self,
        start: usize,
        middle: usize,
        end: usize,
        less: &mut impl FnMut(u32, u32) -> Result<bool, E>,
    ) -> Result<(), E> {
        // What is in its place already at either end needs no merging.
        let first_right = self.order[middle];
        let skip = gallop(middle - start, |i| Ok(!less(first_right, self.order[start + i])?))?;
        let start = start + skip;
        if start == middle {
            return Ok(());
        }
        let last_left = self.order[middle - 1];
        let skip = gallop(end - middle, |i| Ok(!less(self.order[end - 1 - i], last_left)?))?;
        let end = end - skip;
        if middle == end {
            return Ok(());
        }
        if middle - start <= end - middle {
            self.merge_forward(start, middle, end, less)
        } else {
            self.merge_backward(start, middle, end, less)
        }
    }

    /// With the left run in `spare`.
    fn merge_forward<E>(
        &mut self,
        start: usize,
        middle: usize,
        end: usize,
        less: &mut impl FnMut(u32, u32) -> Result<bool, E>,
    ) -> Result<(), E> {
        self.spare.clear();
        self.spare.extend_from_slice(&self.order[start..middle]);
        let (mut left, mut right, mut to) = (0, middle, start);
        let mut result = Ok(());
        while left < self.spare.len() && right < end {
            match less(self.order[right], self.spare[left]) {
                Ok(true) => {
                    self.order[to] = self.order[right];
                    right += 1;
                }
                Ok(false) => {
                    self.order[to] = self.spare[left];
                    left += 1;
                }
                Err(error) => {
                    result = Err(error);
                    break;
                }
            }
            to += 1;
        }
        // The gap is as large as what is left in `spare`.
        let rest = &self.spare[left..];
        self.order[to..to + rest.len()].copy_from_slice(rest);
        result
    }

    /// With the right run in `spare`, from the end.
    fn merge_backward<E>(
        &mut self,
        start: usize,
        middle: usize,
        end: usize,
        less: &mut impl FnMut(u32, u32) -> Result<bool, E>,
    ) -> Result<(), E> {
        self.spare.clear();
        self.spare.extend_from_slice(&self.order[middle..end]);
        let (mut left, mut right, mut to) = (middle, self.spare.len(), end);
        let mut result = Ok(());
        while left > start && right > 0 {
            match less(self.spare[right - 1], self.order[left - 1]) {
                Ok(true) => {
                    left -= 1;
                    self.order[to - 1] = self.order[left];
                }
                Ok(false) => {
                    right -= 1;
                    self.order[to - 1] = self.spare[right];
                }
                Err(error) => {
                    result = Err(error);
                    break;
                }
            }
            to -= 1;
        }
        self.order[to - right..to].copy_from_slice(&self.spare[..right]);
        result
    }
}

/// How many of the first `len` positions satisfy `holds`, which is true up to some point: by
/// doubling steps, then bisection.
fn gallop<E>(len: usize, mut holds: impl FnMut(usize) -> Result<bool, E>) -> Result<usize, E> {
    let (mut low, mut step) = (0, 1);
    let mut high = len;
    while low < len {
        let probe = (low + step - 1).min(len - 1);
        if holds(probe)? {
            low = probe + 1;
            step *= 2;
        } else {
            high = probe;
            break;
        }
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle)? {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

/// Depth at which the boundary between the runs `left..middle` and `middle..end` lies in a
/// perfectly balanced tree over `len` items: the first bit in which the runs' middles differ.
fn node_power(left: usize, middle: usize, end: usize, len: usize) -> u32 {
    let len = len as u128;
    let scaled = |sum: usize| ((sum as u128) << 62) / len;
    let (a, b) = (scaled(left + middle) as u64, scaled(middle + end) as u64);
    (a ^ b).leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(seed: &mut u64) -> u64 {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        *seed
    }

    fn sort(keys: &[u64]) -> Vec<u32> {
        let mut order: Vec<u32> = (0..keys.len() as u32).collect();
        merge_sort(&mut order, &mut |a, b| Ok::<_, ()>(keys[a as usize] < keys[b as usize])).unwrap();
        order
    }

    #[test]
    fn sorts_stably() {
        let mut seed = 42;
        for len in [0, 1, 2, 3, 31, 32, 33, 63, 64, 65, 100, 1000, 5000] {
            for modulus in [1, 2, 10, 1000, u64::MAX] {
                let keys: Vec<u64> = (0..len).map(|_| random(&mut seed) % modulus).collect();
                let mut expected: Vec<u32> = (0..len as u32).collect();
                expected.sort_by_key(|&i| keys[i as usize]);
                assert_eq!(sort(&keys), expected, "{len} keys below {modulus}");
            }
        }
    }

    #[test]
    fn sorted_input_takes_n_comparisons() {
        for keys in [(0..1000).collect::<Vec<u64>>(), (0..1000).rev().collect()] {
            let mut count = 0;
            let mut order: Vec<u32> = (0..1000).collect();
            merge_sort(&mut order, &mut |a, b| {
                count += 1;
                Ok::<_, ()>(keys[a as usize] < keys[b as usize])
            })
            .unwrap();
            assert_eq!(count, 999);
        }
    }

    #[test]
    fn two_sorted_halves_merge_quickly() {
        let keys: Vec<u64> = (500..1000).chain(0..500).collect();
        let mut count = 0;
        let mut order: Vec<u32> = (0..1000).collect();
        merge_sort(&mut order, &mut |a, b| {
            count += 1;
            Ok::<_, ()>(keys[a as usize] < keys[b as usize])
        })
        .unwrap();
        assert!(count < 1600, "{count}");
        assert!(order.windows(2).all(|w| keys[w[0] as usize] <= keys[w[1] as usize]));
    }

    #[test]
    fn inconsistent_or_failing_comparisons_leave_a_permutation() {
        let mut seed = 7;
        for len in [10, 100, 1000] {
            for fail_after in [5, 50, 500, usize::MAX] {
                let mut order: Vec<u32> = (0..len).collect();
                let mut calls = 0;
                let _ = merge_sort(&mut order, &mut |_, _| {
                    calls += 1;
                    if calls > fail_after { Err(()) } else { Ok(random(&mut seed) & 1 == 0) }
                });
                order.sort_unstable();
                assert!(order.into_iter().eq(0..len));
            }
        }
    }
}
