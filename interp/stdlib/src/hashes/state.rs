//! Hashes being computed, whatever their algorithm.

use sha3::digest::{Digest, ExtendableOutput, Update, XofReader};

/// A hash being computed.
#[derive(Clone)]
pub enum Hash {
    Md5(md5::Md5),
    Sha1(sha1::Sha1),
    Sha224(sha2::Sha224),
    Sha256(sha2::Sha256),
    Sha384(sha2::Sha384),
    Sha512(sha2::Sha512),
    Sha3x224(sha3::Sha3_224),
    Sha3x256(sha3::Sha3_256),
    Sha3x384(sha3::Sha3_384),
    Sha3x512(sha3::Sha3_512),
    Shake128(shake::Shake128),
    Shake256(shake::Shake256),
    Blake2b(Box<blake2b_simd::State>, usize),
    Blake2s(Box<blake2s_simd::State>, usize),
}

/// The algorithms that need no parameters, by name.
pub fn start(name: &str) -> Hash {
    match name {
        "md5" => Hash::Md5(Digest::new()),
        "sha1" => Hash::Sha1(Digest::new()),
        "sha224" => Hash::Sha224(Digest::new()),
        "sha256" => Hash::Sha256(Digest::new()),
        "sha384" => Hash::Sha384(Digest::new()),
        "sha512" => Hash::Sha512(Digest::new()),
        "sha3_224" => Hash::Sha3x224(Digest::new()),
        "sha3_256" => Hash::Sha3x256(Digest::new()),
        "sha3_384" => Hash::Sha3x384(Digest::new()),
        "sha3_512" => Hash::Sha3x512(Digest::new()),
        "shake_128" => Hash::Shake128(Default::default()),
        _ => Hash::Shake256(Default::default()),
    }
}

impl Hash {
    pub fn update(&mut self, data: &[u8]) {
        match self {
            Hash::Md5(h) => Update::update(h, data),
            Hash::Sha1(h) => Update::update(h, data),
            Hash::Sha224(h) => Update::update(h, data),
            Hash::Sha256(h) => Update::update(h, data),
            Hash::Sha384(h) => Update::update(h, data),
            Hash::Sha512(h) => Update::update(h, data),
            Hash::Sha3x224(h) => Update::update(h, data),
            Hash::Sha3x256(h) => Update::update(h, data),
            Hash::Sha3x384(h) => Update::update(h, data),
            Hash::Sha3x512(h) => Update::update(h, data),
            Hash::Shake128(h) => Update::update(h, data),
            Hash::Shake256(h) => Update::update(h, data),
            Hash::Blake2b(h, _) => {
                h.update(data);
            }
            Hash::Blake2s(h, _) => {
                h.update(data);
            }
        }
    }

    /// The digest of what came so far; `length` is for those that may have any.
    pub fn digest(&self, length: usize) -> Vec<u8> {
        let mut out = vec![0; length];
        match self.clone() {
            Hash::Md5(h) => h.finalize().to_vec(),
            Hash::Sha1(h) => h.finalize().to_vec(),
            Hash::Sha224(h) => h.finalize().to_vec(),
            Hash::Sha256(h) => h.finalize().to_vec(),
            Hash::Sha384(h) => h.finalize().to_vec(),
            Hash::Sha512(h) => h.finalize().to_vec(),
            Hash::Sha3x224(h) => h.finalize().to_vec(),
            Hash::Sha3x256(h) => h.finalize().to_vec(),
            Hash::Sha3x384(h) => h.finalize().to_vec(),
            Hash::Sha3x512(h) => h.finalize().to_vec(),
            Hash::Shake128(h) => {
                h.finalize_xof().read(&mut out);
                out
            }
            Hash::Shake256(h) => {
                h.finalize_xof().read(&mut out);
                out
            }
            Hash::Blake2b(h, _) => h.finalize().as_bytes().to_vec(),
            Hash::Blake2s(h, _) => h.finalize().as_bytes().to_vec(),
        }
    }

    /// Name, digest size and block size.
    pub fn facts(&self) -> (&'static str, usize, usize) {
        match self {
            Hash::Md5(_) => ("md5", 16, 64),
            Hash::Sha1(_) => ("sha1", 20, 64),
            Hash::Sha224(_) => ("sha224", 28, 64),
            Hash::Sha256(_) => ("sha256", 32, 64),
            Hash::Sha384(_) => ("sha384", 48, 128),
            Hash::Sha512(_) => ("sha512", 64, 128),
            Hash::Sha3x224(_) => ("sha3_224", 28, 144),
            Hash::Sha3x256(_) => ("sha3_256", 32, 136),
            Hash::Sha3x384(_) => ("sha3_384", 48, 104),
            Hash::Sha3x512(_) => ("sha3_512", 64, 72),
            Hash::Shake128(_) => ("shake_128", 0, 168),
            Hash::Shake256(_) => ("shake_256", 0, 136),
            Hash::Blake2b(_, size) => ("blake2b", *size, 128),
            Hash::Blake2s(_, size) => ("blake2s", *size, 64),
        }
    }
}
