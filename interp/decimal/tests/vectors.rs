//! Vectors recorded with CPython's decimal: operation, context, operands; result and conditions.

use habu_decimal::*;

/// One operation; `divmod` has a second result.
fn run(name: &str, [a, b, third]: [Num<'_>; 3], c: &Context, s: &mut u32) -> Res<(Dec, Option<Dec>)> {
    if name == "divmod" {
        return divide::divmod(a, b, c, s).map(|(q, r)| (q, Some(r)));
    }
    let d = match name {
        "add" => arith::add(a, b, c, s),
        "subtract" => arith::sub(a, b, c, s),
        "multiply" => arith::mul(a, b, c, s),
        "divide" => divide::div(a, b, c, s),
        "divide_int" => divide::div_int(a, b, c, s),
        "remainder" => divide::rem(a, b, c, s),
        "remainder_near" => divide::rem_near(a, b, c, s),
        "quantize" => quantize::quantize(a, b, c, s),
        "compare" => compare::compare(a, b, c, s),
        "compare_total" => Ok(compare::total_dec(a, b)),
        "compare_total_mag" => Ok(compare::total_magnitude_dec(a, b)),
        "max" => compare::pick(compare::Pick::Max, a, b, c, s),
        "min_mag" => compare::pick(compare::Pick::MinMagnitude, a, b, c, s),
        "max_mag" => compare::pick(compare::Pick::MaxMagnitude, a, b, c, s),
        "min" => compare::pick(compare::Pick::Min, a, b, c, s),
        "next_plus" => neighbours::next_plus(a, c, s),
        "next_minus" => neighbours::next_minus(a, c, s),
        "next_toward" => neighbours::next_toward(a, b, c, s),
        "sqrt" => explog::sqrt(a, c, s),
        "exp" => explog::exp(a, c, s),
        "ln" => explog::ln(a, c, s),
        "log10" => explog::log10(a, c, s),
        "power" => power::pow(a, b, c, s),
        "powmod" => power::pow_mod(a, b, third, c, s),
        "fma" => arith::fma(a, b, third, c, s),
        "plus" => arith::plus(a, c, s),
        "minus" => arith::minus(a, c, s),
        "abs" => arith::abs(a, c, s),
        "normalize" => quantize::reduce(a, c, s),
        "to_integral_exact" => quantize::to_integral(a, true, c, s),
        "to_integral_value" => quantize::to_integral(a, false, c, s),
        "logb" => logic::logb(a, c, s),
        "scaleb" => logic::scaleb(a, b, c, s),
        "shift" => logic::shift(a, b, c, s),
        "rotate" => logic::rotate(a, b, c, s),
        "logical_and" => logic::logical(a, b, |x, y| x && y, c, s),
        "logical_xor" => logic::logical(a, b, |x, y| x != y, c, s),
        "logical_invert" => logic::invert(a, c, s),
        other => panic!("{other}"),
    };
    d.map(|d| (d, None))
}

fn number(text: &str) -> Dec {
    text::parse(text.as_bytes(), i64::MAX).unwrap_or_else(|| panic!("{text}"))
}

fn show(d: &Dec) -> String {
    text::to_text(d.view(), text::Notation::Scientific, true)
}

#[test]
fn recorded_results() {
    let mut wrong = Vec::new();
    for line in include_str!("vectors.txt").lines() {
        let (question, answer) = line.split_once(" = ").unwrap_or_else(|| panic!("{line}"));
        let fields: Vec<&str> = question.split(' ').collect();
        let integer = |i: usize| fields[i].parse::<i64>().unwrap_or_else(|_| panic!("{line}"));
        let c = Context {
            prec: integer(1),
            emin: integer(2),
            emax: integer(3),
            round: Round::ALL[integer(4) as usize],
            clamp: fields[5] == "1",
        };
        let operands = [6, 7, 8].map(|i| number(fields[i]));
        let mut st = 0;
        let views = [0, 1, 2].map(|i: usize| operands[i].view());
        let Ok((first, second)) = run(fields[0], views, &c, &mut st) else { panic!("no room: {line}") };
        let conditions = if st & status::ANY_INVALID != 0 { st & !status::ANY_INVALID | 1 << 30 } else { st };
        let mut got = show(&first);
        if let Some(second) = second {
            got = format!("{got} {}", show(&second));
        }
        let got = format!("{got} {conditions:#x}");
        if got != answer {
            wrong.push(format!("{question}\n  expected {answer}\n  got      {got}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
