//! Tests of complex arithmetic and text.

use super::*;

const INF: f64 = f64::INFINITY;

#[test]
fn infinities_survive() {
    assert_eq!(mul((INF, f64::NAN), (1.0, 1.0)), (INF, INF));
    assert_eq!(mul((INF, INF), (0.0, 1.0)), (-INF, INF));
    assert_eq!(div((INF, 1.0), (1.0, 1.0)), Some((INF, -INF)));
    assert_eq!(div_real(1.0, (INF, INF)), Some((0.0, -0.0)));
    assert_eq!(div((1.0, 2.0), (0.0, 0.0)), None);
}

#[test]
fn text() {
    for (text, pair) in [
        ("1+2j", (1.0, 2.0)),
        (" ( 1+2j ) ", (1.0, 2.0)),
        ("j", (0.0, 1.0)),
        ("-j", (0.0, -1.0)),
        ("1-j", (1.0, -1.0)),
        ("1.e5-.5J", (1e5, -0.5)),
        ("infj", (0.0, INF)),
        ("1e5", (1e5, 0.0)),
        ("1_0+2_0j", (10.0, 20.0)),
        ("1e+5j", (0.0, 1e5)),
    ] {
        assert_eq!(parse(text), Some(pair), "{text}");
    }
    for text in
        ["", "()", "1+", "1 + 2j", "++1", "1+2", "1+2jj", "(1+2j", "1+2j)", "jj", "+-j", "1j+2j", "j1"]
    {
        assert_eq!(parse(text), None, "{text}");
    }
}
