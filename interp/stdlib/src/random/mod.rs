//! `_random`: the Mersenne Twister, with CPython's seeding and outputs.

use crate::layout;
use crate::posix::process::random_bytes;
use crate::support::add_type;
use habu_macros::{native_module, py_type};
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::int::{self, Digits};
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

const N: usize = 624;
const M: usize = 397;

/// The generator's state (Matsumoto and Nishimura, MT19937).
pub struct Twister {
    words: [u32; N],
    at: usize,
}

impl Twister {
    fn from_word(seed: u32) -> Twister {
        let mut words = [seed; N];
        for i in 1..N {
            words[i] =
                1_812_433_253u32.wrapping_mul(words[i - 1] ^ words[i - 1] >> 30).wrapping_add(i as u32);
        }
        Twister { words, at: N }
    }

    fn from_key(key: &[u32]) -> Twister {
        let mut t = Twister::from_word(19_650_218);
        let (mut i, mut j) = (1, 0);
        for _ in 0..N.max(key.len()) {
            let previous = t.words[i - 1];
            t.words[i] = (t.words[i] ^ (previous ^ previous >> 30).wrapping_mul(1_664_525))
                .wrapping_add(key[j])
                .wrapping_add(j as u32);
            i += 1;
            j += 1;
            if i >= N {
                t.words[0] = t.words[N - 1];
                i = 1;
            }
            if j >= key.len() {
                j = 0;
            }
        }
        for _ in 0..N - 1 {
            let previous = t.words[i - 1];
            t.words[i] =
                (t.words[i] ^ (previous ^ previous >> 30).wrapping_mul(1_566_083_941)).wrapping_sub(i as u32);
            i += 1;
            if i >= N {
                t.words[0] = t.words[N - 1];
                i = 1;
            }
        }
        t.words[0] = 0x8000_0000;
        t
    }

    fn twist(&mut self) {
        for i in 0..N {
            let y = self.words[i] & 0x8000_0000 | self.words[(i + 1) % N] & 0x7FFF_FFFF;
            let odd = if y & 1 != 0 { 0x9908_B0DF } else { 0 };
            self.words[i] = self.words[(i + M) % N] ^ y >> 1 ^ odd;
        }
        self.at = 0;
    }

    fn next(&mut self) -> u32 {
        if self.at >= N {
            self.twist();
        }
        let mut y = self.words[self.at];
        self.at += 1;
        y ^= y >> 11;
        y ^= y << 7 & 0x9D2C_5680;
        y ^= y << 15 & 0xEFC6_0000;
        y ^ y >> 18
    }

    /// A float in [0, 1) with 53 random bits.
    fn float(&mut self) -> f64 {
        let (a, b) = (self.next() >> 5, self.next() >> 6);
        (f64::from(a) * 67_108_864.0 + f64::from(b)) * (1.0 / 9_007_199_254_740_992.0)
    }
}

layout! {
    /// Cell of a generator.
    Random(ids::RANDOM) {} boxed { twister: Twister }
}

fn seed(vm: &mut Vm, this: Gc<Random>, v: Value) -> PyResult<()> {
    let key: Vec<u32> = if v.is_none() {
        let bytes = random_bytes(vm, 4 * N)?;
        bytes.chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect()
    } else {
        let n = match int::as_int(vm, v) {
            Some(n) => n,
            // What has no whole value is hashed, as a number without sign.
            None => {
                let hash = vm.hash(v)?;
                vm.int_u64(hash as u64)?
            }
        };
        let digits = Digits::of(n);
        let mut key: Vec<u32> = digits.limbs().iter().flat_map(|l| [*l as u32, (*l >> 32) as u32]).collect();
        while key.len() > 1 && key.last() == Some(&0) {
            key.pop();
        }
        if key.is_empty() {
            key.push(0);
        }
        key
    };
    *this.twister.cell().borrow_mut() = Twister::from_key(&key);
    Ok(())
}

/// Random() -> create a random number generator with its own internal state.
#[py_type(name = "Random", module = "_random", id = ids::RANDOM, subclassable)]
impl Random {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, args: Gc<Tuple>, _kwargs: Value) -> PyResult<Gc<Random>> {
        let this = vm.alloc_instance::<Random>(cls)?;
        this.twister.init(Twister::from_word(0));
        seed(vm, this, args.get(0).unwrap_or(Value::NONE))?;
        Ok(this)
    }
    /// random() -> x in the interval [0, 1).
    #[method]
    fn random(_vm: &mut Vm, this: Gc<Random>) -> f64 {
        this.twister.cell().borrow_mut().float()
    }
    /// Set the state from a number, or from the system's source of randomness.
    #[method(sig = "($self, n=None, /)")]
    fn seed(vm: &mut Vm, this: Gc<Random>, n: Value) -> PyResult<()> {
        seed(vm, this, n)
    }
    /// getrandbits(k) -> x.  Generates an int with k random bits.
    #[method(sig = "($self, k, /)")]
    fn getrandbits(vm: &mut Vm, this: Gc<Random>, k: i64) -> PyResult {
        let Ok(bits) = u64::try_from(k) else {
            return Err(vm.value_error("number of bits must be non-negative"));
        };
        let mut twister = this.twister.cell().borrow_mut();
        if bits == 0 {
            return Ok(Value::small(0));
        }
        if bits <= 32 {
            return Ok(Value::small(i64::from(twister.next() >> (32 - bits))));
        }
        let words = bits.div_ceil(32) as usize;
        let mut limbs: Vec<u64> = Vec::new();
        limbs.try_reserve(words.div_ceil(2)).map_err(|_| vm.memory_error())?;
        let mut left = bits;
        for i in 0..words {
            let mut word = twister.next();
            if left < 32 {
                word >>= 32 - left;
            }
            left = left.saturating_sub(32);
            if i % 2 == 0 {
                limbs.push(u64::from(word));
            } else if let Some(last) = limbs.last_mut() {
                *last |= u64::from(word) << 32;
            }
        }
        drop(twister);
        int::from_limbs(vm, false, &limbs)
    }
    /// getstate() -> tuple containing the current state.
    #[method]
    fn getstate(vm: &mut Vm, this: Gc<Random>) -> PyResult<Gc<Tuple>> {
        let mut items = vm.rooted_vec();
        let twister = this.twister.cell().borrow();
        items.extend(twister.words.iter().map(|w| Value::small(i64::from(*w))));
        items.push(Value::small(twister.at as i64));
        vm.tuple(&items)
    }
    /// setstate(state) -> None.  Restores generator state.
    #[method(sig = "($self, state, /)")]
    fn setstate(vm: &mut Vm, this: Gc<Random>, state: Value) -> PyResult<()> {
        let Some(items) = vm.downcast::<Tuple>(state) else {
            return Err(vm.type_error("state vector must be a tuple"));
        };
        if items.len() != N + 1 {
            return Err(vm.value_error("state vector is the wrong size"));
        }
        let mut words = [0u32; N];
        for (i, word) in words.iter_mut().enumerate() {
            let n = vm.index(items.items()[i])?;
            *word = n as u32;
        }
        let at = vm.index(items.items()[N])?;
        if !(0..=N as i64).contains(&at) {
            return Err(vm.value_error("invalid state"));
        }
        *this.twister.cell().borrow_mut() = Twister { words, at: at as usize };
        Ok(())
    }
}

/// Module implements the Mersenne Twister random number generator.
#[native_module(name = "_random")]
pub mod module {
    use super::*;

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        add_type(vm, module, Random::DECL).map(|_| ())
    }
}
