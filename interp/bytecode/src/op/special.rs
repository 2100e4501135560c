//! Special methods that `LOAD_SPECIAL` looks up on a type, by number.

/// Which method `LOAD_SPECIAL` finds (its `x` field).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Special {
    Enter = 0,
    Exit = 1,
    AEnter = 2,
    AExit = 3,
}

impl Special {
    pub const ALL: &'static [Special] = &[Special::Enter, Special::Exit, Special::AEnter, Special::AExit];

    pub fn from_byte(byte: u8) -> Option<Special> {
        Special::ALL.get(byte as usize).copied()
    }

    /// The method's name.
    pub const fn name(self) -> &'static str {
        match self {
            Special::Enter => "__enter__",
            Special::Exit => "__exit__",
            Special::AEnter => "__aenter__",
            Special::AExit => "__aexit__",
        }
    }
}
