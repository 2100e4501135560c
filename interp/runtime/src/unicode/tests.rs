//! Properties of every code point, against hashes of what CPython 3.14 says.

use super::*;

fn fnv(values: impl Iterator<Item = u32>) -> u64 {
    values.fold(0xcbf2_9ce4_8422_2325, |h, v| (h ^ v as u64).wrapping_mul(0x100_0000_01b3))
}

#[test]
fn classes() {
    #[allow(clippy::type_complexity, reason = "a table of cases, read once")]
    let expected: &[(&str, fn(u32) -> bool, u64)] = &[
        ("space", is_space, 0x4386d9a11e7487c9),
        ("line_end", is_line_end, 0xbc182d7c12d47df8),
        ("alpha", is_alpha, 0x9abbec5090cdd78d),
        ("decimal", is_decimal, 0x8ab68431d58920ad),
        ("digit", is_digit, 0xd9e4409268e183ad),
        ("numeric", is_numeric, 0x6c26b68d767834ef),
        ("alnum", is_alnum, 0x0c9b856ee84d40ba),
        ("printable", is_printable, 0x1d8c7c97ab39236f),
        ("lower", is_lower, 0x2185094a38b193c0),
        ("upper", is_upper, 0x2475590b62cab912),
        ("id_start", is_id_start, 0x8371a0784eb6042a),
        ("id_continue", is_id_continue, 0x8cbf6974ef2222d3),
        ("title", is_title, 0x87fd939e4214d25f),
    ];
    for (name, property, hash) in expected {
        assert_eq!(fnv((0..0x110000).filter(|c| property(*c))), *hash, "{name}");
    }
}

#[test]
fn mappings() {
    #[allow(clippy::type_complexity, reason = "a table of cases, read once")]
    let expected: &[(&str, fn(u32) -> Mapped, u64)] = &[
        ("lower", to_lower, 0xc47a6251725c17c9),
        ("upper", to_upper, 0xf4175500165266a1),
        ("title", to_title, 0x39b873f8fe4daef1),
        ("fold", to_fold, 0xc21dca6567be889c),
    ];
    for (name, map, hash) in expected {
        let values = (0..0x110000).flat_map(|c| {
            let m = map(c);
            std::iter::once(c).chain((0..m.as_slice().len()).map(move |i| m.as_slice()[i]))
        });
        assert_eq!(fnv(values), *hash, "{name}");
    }
    let decimals = (0..0x110000).flat_map(|c| decimal_value(c).into_iter().flat_map(move |d| [c, d]));
    assert_eq!(fnv(decimals), 0x75ce7e8120a5d3cb);
}
