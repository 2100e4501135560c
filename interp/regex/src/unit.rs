//! Units of text, and finding them.

/// One code point (or byte) in the narrowest form a whole text fits in.
pub trait Unit: Copy + Eq + 'static {
    fn code(self) -> u32;
    /// The unit of a code point, if there is one.
    fn narrow(c: u32) -> Option<Self>;
    fn find(text: &[Self], unit: Self) -> Option<usize>;
    fn rfind(text: &[Self], unit: Self) -> Option<usize>;
    /// The text, if its units are bytes.
    fn bytes(text: &[Self]) -> Option<&[u8]>;
}

impl Unit for u8 {
    #[inline(always)]
    fn code(self) -> u32 {
        self.into()
    }
    #[inline(always)]
    fn narrow(c: u32) -> Option<u8> {
        c.try_into().ok()
    }
    #[inline]
    fn find(text: &[u8], unit: u8) -> Option<usize> {
        memchr::memchr(unit, text)
    }
    #[inline]
    fn rfind(text: &[u8], unit: u8) -> Option<usize> {
        memchr::memrchr(unit, text)
    }
    #[inline(always)]
    fn bytes(text: &[u8]) -> Option<&[u8]> {
        Some(text)
    }
}

macro_rules! wide_unit {
    ($t:ty) => {
        impl Unit for $t {
            #[inline(always)]
            fn code(self) -> u32 {
                self.into()
            }
            #[inline(always)]
            fn narrow(c: u32) -> Option<$t> {
                c.try_into().ok()
            }
            #[inline]
            fn find(text: &[$t], unit: $t) -> Option<usize> {
                text.iter().position(|u| *u == unit)
            }
            #[inline]
            fn rfind(text: &[$t], unit: $t) -> Option<usize> {
                text.iter().rposition(|u| *u == unit)
            }
            #[inline(always)]
            fn bytes(_: &[$t]) -> Option<&[u8]> {
                None
            }
        }
    };
}
wide_unit!(u16);
wide_unit!(u32);
