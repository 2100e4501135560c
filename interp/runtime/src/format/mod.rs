//! Text of values: the format mini-language, float layout, `%` formatting, `str.format`.

pub mod float;
pub mod number;
pub mod spec;
pub mod value;

pub use float::{complex_repr, float_repr};
pub use number::Locale;
pub use spec::Spec;
pub use value::{FormatError, IntText};
