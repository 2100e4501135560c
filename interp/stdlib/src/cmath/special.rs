//! What complex functions give for arguments that are not finite (C99, annex G). Rows by the real part, columns by the
//! imaginary: -inf, negative, -0.0, 0.0, positive, inf, nan. `.`: finite, computed; `D`: a domain error; else two parts:
//! I infinity, N nan, 0, 1, and P, H, Q, T for pi, its half, its quarter and three quarters.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

/// Functions with a table.
#[derive(Clone, Copy)]
pub enum Function {
    Acos,
    Acosh,
    Asinh,
    Atanh,
    Cosh,
    Exp,
    Log,
    Sinh,
    Sqrt,
    Tanh,
    Rect,
}

const TABLES: [[&str; 7]; 11] = [
    // acos
    [
        "T,I P,I P,I P,-I P,-I T,-I N,I",
        "H,I . . . . H,-I N,N",
        "H,I . . . . H,-I H,N",
        "H,I . . . . H,-I H,N",
        "H,I . . . . H,-I N,N",
        "Q,I 0,I 0,I 0,-I 0,-I Q,-I N,I",
        "N,I N,N N,N N,N N,N N,-I N,N",
    ],
    // acosh
    [
        "I,-T I,-P I,-P I,P I,P I,T I,N",
        "I,-H . . . . I,H N,N",
        "I,-H . . . . I,H N,H",
        "I,-H . . . . I,H N,H",
        "I,-H . . . . I,H N,N",
        "I,-Q I,-0 I,-0 I,0 I,0 I,Q I,N",
        "I,N N,N N,N N,N N,N I,N N,N",
    ],
    // asinh
    [
        "-I,-Q -I,-0 -I,-0 -I,0 -I,0 -I,Q -I,N",
        "-I,-H . . . . -I,H N,N",
        "-I,-H . . . . -I,H N,N",
        "I,-H . . . . I,H N,N",
        "I,-H . . . . I,H N,N",
        "I,-Q I,-0 I,-0 I,0 I,0 I,Q I,N",
        "I,N N,N N,-0 N,0 N,N I,N N,N",
    ],
    // atanh
    [
        "-0,-H -0,-H -0,-H -0,H -0,H -0,H -0,N",
        "-0,-H . . . . -0,H N,N",
        "-0,-H . . . . -0,H -0,N",
        "0,-H . . . . 0,H 0,N",
        "0,-H . . . . 0,H N,N",
        "0,-H 0,-H 0,-H 0,H 0,H 0,H 0,N",
        "0,-H N,N N,N N,N N,N 0,H N,N",
    ],
    // cosh
    [
        "D I,I I,0 I,-0 I,-I D I,N",
        "D . . . . D N,N",
        "D . . . . D N,0",
        "D . . . . D N,0",
        "D . . . . D N,N",
        "D I,-I I,-0 I,0 I,I D I,N",
        "N,N N,N N,0 N,0 N,N N,N N,N",
    ],
    // exp
    [
        "0,0 0,-0 0,-0 0,0 0,0 0,0 0,0",
        "D . . . . D N,N",
        "D . . . . D N,N",
        "D . . . . D N,N",
        "D . . . . D N,N",
        "D I,-I I,-0 I,0 I,I D I,N",
        "N,N N,N N,-0 N,0 N,N N,N N,N",
    ],
    // log
    [
        "I,-T I,-P I,-P I,P I,P I,T I,N",
        "I,-H . . . . I,H N,N",
        "I,-H . . . . I,H N,N",
        "I,-H . . . . I,H N,N",
        "I,-H . . . . I,H N,N",
        "I,-Q I,-0 I,-0 I,0 I,0 I,Q I,N",
        "I,N N,N N,N N,N N,N I,N N,N",
    ],
    // sinh
    [
        "D -I,-I -I,-0 -I,0 -I,I D I,N",
        "D . . . . D N,N",
        "D . . . . D 0,N",
        "D . . . . D 0,N",
        "D . . . . D N,N",
        "D I,-I I,-0 I,0 I,I D I,N",
        "N,N N,N N,-0 N,0 N,N N,N N,N",
    ],
    // sqrt
    [
        "I,-I 0,-I 0,-I 0,I 0,I I,I N,I",
        "I,-I . . . . I,I N,N",
        "I,-I . . . . I,I N,N",
        "I,-I . . . . I,I N,N",
        "I,-I . . . . I,I N,N",
        "I,-I I,-0 I,-0 I,0 I,0 I,I I,N",
        "I,-I N,N N,N N,N N,N I,I N,N",
    ],
    // tanh
    [
        "-1,0 -1,-0 -1,-0 -1,0 -1,0 -1,0 -1,0",
        "D . . . . D N,N",
        "D . . . . D -0,N",
        "D . . . . D 0,N",
        "D . . . . D N,N",
        "1,0 1,-0 1,-0 1,0 1,0 1,0 1,0",
        "N,N N,N N,-0 N,0 N,N N,N N,N",
    ],
    // rect
    [
        "D -I,I -I,0 -I,-0 -I,-I D I,N",
        "D . . . . D N,N",
        "0,0 . . . . 0,0 0,0",
        "0,0 . . . . 0,0 0,0",
        "D . . . . D N,N",
        "D I,-I I,-0 I,0 I,I D I,N",
        "N,N N,N N,0 N,0 N,N N,N N,N",
    ],
];

fn index(f: f64) -> usize {
    match f {
        _ if f.is_nan() => 6,
        f64::NEG_INFINITY => 0,
        f64::INFINITY => 5,
        _ if f == 0.0 => {
            if f.is_sign_negative() {
                2
            } else {
                3
            }
        }
        _ if f < 0.0 => 1,
        _ => 4,
    }
}

fn part(text: &str) -> f64 {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text),
    };
    sign * match text {
        "I" => f64::INFINITY,
        "0" => 0.0,
        "1" => 1.0,
        "P" => PI,
        "H" => FRAC_PI_2,
        "Q" => FRAC_PI_4,
        "T" => 3.0 * FRAC_PI_4,
        _ => f64::NAN,
    }
}

/// The value at a point that is not finite; `None` is a domain error.
pub fn value(function: Function, re: f64, im: f64) -> Option<(f64, f64)> {
    let row = TABLES[function as usize][index(re)];
    let entry = row.split(' ').nth(index(im))?;
    let (a, b) = entry.split_once(',')?;
    Some((part(a), part(b)))
}
