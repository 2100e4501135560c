//! The object model: classes, shapes, instances, attribute lookup.

mod attr;
pub mod class;
pub(crate) mod custom;
pub mod ids;
pub mod instance;
mod make;
mod mro;
mod shadow;
pub mod shape;
mod slots;
mod special;

pub use attr::MethodCache;
pub use class::Type;
pub use make::CellLayout;
pub use mro::linearize;
pub use shape::{Repr, Shape, Slot};
pub use special::Special;
