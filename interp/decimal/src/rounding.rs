//! Whether a coefficient whose low digits were cut off goes up by one.

use crate::context::Round;
use crate::limbs::Rest;

pub fn goes_up(round: Round, neg: bool, limbs: &[u64], rest: Rest) -> bool {
    if rest == Rest::Zero {
        return false;
    }
    let last = || limbs.first().map_or(0, |l| l % 10);
    match round {
        Round::Down => false,
        Round::Up => true,
        Round::Ceiling => !neg,
        Round::Floor => neg,
        Round::HalfUp => matches!(rest, Rest::Half | Rest::Above),
        Round::HalfDown => rest == Rest::Above,
        Round::HalfEven => rest == Rest::Above || (rest == Rest::Half && last() & 1 == 1),
        Round::ZeroFiveUp => matches!(last(), 0 | 5),
    }
}
