//! Long products and quotients: every method must agree with the others.

use habu_decimal::{Context, Dec, Num, arith, divide, text};

/// Digits that follow no pattern, by a linear congruential generator.
fn digits(count: usize, seed: u64) -> Dec {
    let mut state = seed;
    let text: Vec<u8> = (0..count)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            b'1' + (state >> 60) as u8 % 9
        })
        .collect();
    Dec::new(false, text::from_digits(&text, &[]), 0)
}

fn mul(a: Num<'_>, b: Num<'_>) -> Dec {
    arith::mul(a, b, &Context::MAX, &mut 0).expect("room")
}

fn add(a: Num<'_>, b: Num<'_>) -> Dec {
    arith::add(a, b, &Context::MAX, &mut 0).expect("room")
}

/// Piece by piece with factors so short that only the schoolbook's method is used.
fn slow_mul(a: Num<'_>, b: Num<'_>) -> Dec {
    let mut sum = Dec::zero(false, 0);
    for (i, piece) in b.limbs.chunks(30).enumerate() {
        let piece = Num { limbs: piece, ..b };
        let part = mul(a, piece);
        let part = Dec { exp: i as i64 * 30 * 19, ..part };
        sum = add(sum.view(), part.view());
    }
    sum
}

#[test]
fn products() {
    for (x, y) in [(800, 800), (1500, 900), (9000, 9000), (20_000, 9000), (40_000, 8000), (31, 20_000)] {
        let (a, b) = (digits(x, 1), digits(y, 2));
        assert_eq!(mul(a.view(), b.view()).limbs, slow_mul(a.view(), b.view()).limbs, "{x} by {y} digits");
    }
}

#[test]
fn quotients() {
    for (x, y) in [(900, 50), (9000, 9000), (30_000, 8000), (8000, 30_000), (60_000, 7000), (6500, 6300)] {
        let (a, b, rest) = (digits(x, 3), digits(y, 4), digits(y - 1, 5));
        let number = add(mul(a.view(), b.view()).view(), rest.view());
        let (q, r) = divide::divmod(number.view(), b.view(), &Context::MAX, &mut 0).expect("room");
        assert_eq!((q.limbs, r.limbs), (a.limbs, rest.limbs), "{x} by {y} digits");
    }
}
