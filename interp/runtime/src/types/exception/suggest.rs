//! "Did you mean": the candidate nearest to a wrong name, by CPython's rules.

/// With more candidates than this nothing is suggested.
const MAX_CANDIDATES: usize = 750;
const MAX_LENGTH: usize = 40;
const MOVE_COST: usize = 2;
const CASE_COST: usize = 1;

/// The candidate nearest to `wrong`, if no more than a third of the characters involved would change.
pub fn closest_name<S: AsRef<str>>(wrong: &str, candidates: &[S]) -> Option<String> {
    if candidates.len() >= MAX_CANDIDATES {
        return None;
    }
    let mut best: Option<(&str, usize)> = None;
    for candidate in candidates {
        let candidate = candidate.as_ref();
        if candidate == wrong {
            continue;
        }
        let mut limit = (wrong.len() + candidate.len() + 3) * MOVE_COST / 6;
        if let Some((_, distance)) = best {
            limit = limit.min(distance.saturating_sub(1));
        }
        let distance = edit_distance(wrong.as_bytes(), candidate.as_bytes(), limit);
        if distance <= limit && best.is_none_or(|(_, d)| distance < d) {
            best = Some((candidate, distance));
        }
    }
    best.map(|(name, _)| name.to_owned())
}

/// Levenshtein distance with cheap changes of case; anything above `limit` when it is larger than that.
fn edit_distance(a: &[u8], b: &[u8], limit: usize) -> usize {
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[prefix..], &b[prefix..]);
    let suffix = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - suffix], &b[..b.len() - suffix]);
    if a.is_empty() || b.is_empty() {
        return (a.len() + b.len()) * MOVE_COST;
    }
    if a.len() > MAX_LENGTH || b.len() > MAX_LENGTH {
        return limit + 1;
    }
    let (a, b) = if b.len() < a.len() { (b, a) } else { (a, b) };
    if (b.len() - a.len()) * MOVE_COST > limit {
        return limit + 1;
    }
    let mut row: Vec<usize> = (1..=a.len()).map(|i| i * MOVE_COST).collect();
    let mut result = 0;
    for (i, y) in b.iter().enumerate() {
        let mut diagonal = i * MOVE_COST;
        result = diagonal;
        let mut least = usize::MAX;
        for (cell, x) in row.iter_mut().zip(a) {
            let substituted = diagonal + substitution(*y, *x);
            diagonal = *cell;
            result = substituted.min(result.min(diagonal) + MOVE_COST);
            *cell = result;
            least = least.min(result);
        }
        if least > limit {
            return limit + 1;
        }
    }
    result
}

fn substitution(a: u8, b: u8) -> usize {
    if a == b {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE_COST
    } else {
        MOVE_COST
    }
}

#[cfg(test)]
mod tests {
    use super::closest_name;

    #[test]
    fn nearest_wins() {
        assert_eq!(closest_name("lenn", &["let", "len", "list"]).as_deref(), Some("len"));
        assert_eq!(closest_name("timeuot", &["timeout", "time"]).as_deref(), Some("timeout"));
    }

    #[test]
    fn case_counts_less_than_a_change() {
        assert_eq!(closest_name("Foo", &["goo", "foo"]).as_deref(), Some("foo"));
    }

    #[test]
    fn far_ones_and_itself_are_not_suggested() {
        assert_eq!(closest_name("abc", &["xyz", "abc"]), None);
        assert_eq!(closest_name("a", &["b", "c"]).as_deref(), None);
    }
}
