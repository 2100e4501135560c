//! A typed set of bits (`bitflags_like!`), without a dependency for one small need.

macro_rules! bitflags_like {
    ($(#[$meta:meta])* pub struct $name:ident: $int:ty { $($flag:ident = $value:expr;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
        pub struct $name(pub $int);
        impl $name {
            $(pub const $flag: $name = $name($value);)*
            /// Whether all bits of `other` are set.
            pub const fn contains(self, other: $name) -> bool { self.0 & other.0 == other.0 }
            /// Whether any bit of `other` is set.
            pub const fn intersects(self, other: $name) -> bool { self.0 & other.0 != 0 }
            pub const fn with(self, other: $name) -> $name { $name(self.0 | other.0) }
        }
    };
}
