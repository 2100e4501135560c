//! The Python type `str`: methods that hand over to the cores beside this file.

use super::scan::{ASCII_SPACE, is_ascii_space};
use super::units::same_bytes;
use super::{Affix, Side, Str, Unit, Units, case, search};
use crate::codecs;
use crate::format::{self, percent};
use crate::heap::Gc;
use crate::native::{ArgAt, FromArg, SliceIndex};
use crate::object::{Special, Type, ids};
use crate::protocol::CmpOp;
use crate::types::dict::Dict;
use crate::types::int;
use crate::types::list::{Elements, List};
use crate::types::slice::{RawSlice, Slice, Subscript};
use crate::types::tuple::Tuple;
use crate::unicode;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

/// Text: an immutable sequence of Unicode code points.
///
/// str(object='') is the text that an object prints as; str(object, encoding, errors) decodes a
/// bytes-like object.
#[py_type(name = "str", id = ids::STR, subclassable)]
impl Str {
    #[new(sig = "(object=<unrepresentable>, encoding=<unrepresentable>, errors=<unrepresentable>)")]
    fn new(
        vm: &mut Vm,
        cls: Gc<Type>,
        object: Option<Value>,
        encoding: Option<Gc<Str>>,
        errors: Option<Gc<Str>>,
    ) -> PyResult<Gc<Str>> {
        let text = match (object, encoding, errors) {
            (None, ..) => vm.strings.empty(),
            (Some(object), None, None) => vm.to_str(object)?,
            (Some(object), encoding, errors) => codecs::decode_object(vm, object, encoding, errors)?,
        };
        if cls == vm.builtin(ids::STR) { Ok(text) } else { vm.str_of_class(cls, text) }
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Str>) -> PyResult<Gc<Str>> {
        vm.str_repr(this)
    }
    #[method]
    fn __str__(vm: &mut Vm, this: Gc<Str>) -> PyResult {
        vm.str_exact(this).map(Value::from_gc)
    }
    #[method(effects(pure, no_raise))]
    fn __hash__(_vm: &mut Vm, this: Gc<Str>) -> i64 {
        this.hash_value()
    }
    #[method(effects(pure, no_raise))]
    fn __len__(_vm: &mut Vm, this: Gc<Str>) -> usize {
        this.len()
    }
    #[method]
    fn __iter__(vm: &mut Vm, this: Gc<Str>) -> PyResult {
        vm.str_iter(this).map(Value::from_gc)
    }
    #[method(effects(pure))]
    fn __eq__(vm: &mut Vm, this: Gc<Str>, value: Value) -> Value {
        compare(vm, this, value, CmpOp::Eq)
    }
    #[method(effects(pure))]
    fn __ne__(vm: &mut Vm, this: Gc<Str>, value: Value) -> Value {
        compare(vm, this, value, CmpOp::Ne)
    }
    #[method(effects(pure))]
    fn __lt__(vm: &mut Vm, this: Gc<Str>, value: Value) -> Value {
        compare(vm, this, value, CmpOp::Lt)
    }
    #[method(effects(pure))]
    fn __le__(vm: &mut Vm, this: Gc<Str>, value: Value) -> Value {
        compare(vm, this, value, CmpOp::Le)
    }
    #[method(effects(pure))]
    fn __gt__(vm: &mut Vm, this: Gc<Str>, value: Value) -> Value {
        compare(vm, this, value, CmpOp::Gt)
    }
    #[method(effects(pure))]
    fn __ge__(vm: &mut Vm, this: Gc<Str>, value: Value) -> Value {
        compare(vm, this, value, CmpOp::Ge)
    }
    #[method]
    fn __add__(vm: &mut Vm, this: Gc<Str>, value: Value) -> PyResult<Value> {
        if let Some(other) = vm.downcast::<Str>(value) {
            return vm.str_concat(this, other).map(Value::from_gc);
        }
        if vm.defers_to(value, Special::RAdd) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let name = vm.type_name(value);
        Err(vm.type_error(format!("can only concatenate str (not \"{name}\") to str")))
    }
    #[method]
    fn __mul__(vm: &mut Vm, this: Gc<Str>, value: Value) -> PyResult<Value> {
        match vm.repeat_count(value)? {
            Some(times) => vm.str_repeat(this, times).map(Value::from_gc),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }
    #[method]
    fn __rmul__(vm: &mut Vm, this: Gc<Str>, value: Value) -> PyResult<Value> {
        Str::__mul__(vm, this, value)
    }
    #[method]
    fn __mod__(vm: &mut Vm, this: Gc<Str>, value: Value) -> PyResult<Gc<Str>> {
        percent::format_str(vm, this, value)
    }
    #[method]
    fn __rmod__(vm: &mut Vm, this: Gc<Str>, value: Value) -> PyResult<Value> {
        match vm.downcast::<Str>(value) {
            Some(template) => percent::format_str(vm, template, Value::from_gc(this)).map(Value::from_gc),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }
    #[method]
    fn __contains__(vm: &mut Vm, this: Gc<Str>, key: Value) -> PyResult<bool> {
        match vm.downcast::<Str>(key) {
            Some(needle) => Ok(this.units().contains(needle.units())),
            None => {
                let name = vm.type_name(key);
                Err(vm.type_error(format!("'in <string>' requires string as left operand, not {name}")))
            }
        }
    }
    #[method]
    fn __getitem__(vm: &mut Vm, this: Gc<Str>, key: Value) -> PyResult<Gc<Str>> {
        vm.str_subscript(this, key)
    }
    /// The text laid out as a format specification asks for.
    #[method(sig = "(format_spec, /)")]
    fn __format__(vm: &mut Vm, this: Gc<Str>, format_spec: Gc<Str>) -> PyResult<Gc<Str>> {
        let v = Value::from_gc(this);
        if format_spec.is_empty() && !vm.is_exact(v, ids::STR) {
            return vm.to_str(v);
        }
        format::format_str_value(vm, this, format_spec)
    }
    #[method]
    fn __getnewargs__(vm: &mut Vm, this: Gc<Str>) -> PyResult<Gc<Tuple>> {
        let exact = Value::from_gc(vm.str_exact(this)?);
        vm.tuple(&[exact])
    }
    /// Bytes that the object takes in memory.
    #[method]
    fn __sizeof__(_vm: &mut Vm, this: Gc<Str>) -> usize {
        size_of::<Str>() + this.len() * this.width()
    }

    /// First character in upper case, the rest in lower case.
    #[method]
    fn capitalize(vm: &mut Vm, this: Gc<Str>) -> PyResult<Gc<Str>> {
        vm.str_capitalize(this)
    }
    /// A form for comparisons that ignore case.
    #[method]
    fn casefold(vm: &mut Vm, this: Gc<Str>) -> PyResult<Gc<Str>> {
        vm.str_casefold(this)
    }
    /// The text in lower case.
    #[method]
    fn lower(vm: &mut Vm, this: Gc<Str>) -> PyResult<Gc<Str>> {
        vm.str_lower(this)
    }
    /// The text in upper case.
    #[method]
    fn upper(vm: &mut Vm, this: Gc<Str>) -> PyResult<Gc<Str>> {
        vm.str_upper(this)
    }
    /// Words begin in title case, all else is in lower case.
    #[method]
    fn title(vm: &mut Vm, this: Gc<Str>) -> PyResult<Gc<Str>> {
        vm.str_title(this)
    }
    /// Upper case becomes lower case and the reverse.
    #[method]
    fn swapcase(vm: &mut Vm, this: Gc<Str>) -> PyResult<Gc<Str>> {
        vm.str_swapcase(this)
    }

    /// Padded on both sides to a width.
    #[method(sig = "(width, fillchar=' ', /)")]
    fn center(vm: &mut Vm, this: Gc<Str>, width: i64, fillchar: Value) -> PyResult<Gc<Str>> {
        pad(vm, this, width, fillchar, |padding, width| {
            let left = padding / 2 + (padding & width & 1);
            (left, padding - left)
        })
    }
    /// Padded on the right to a width.
    #[method(sig = "(width, fillchar=' ', /)")]
    fn ljust(vm: &mut Vm, this: Gc<Str>, width: i64, fillchar: Value) -> PyResult<Gc<Str>> {
        pad(vm, this, width, fillchar, |padding, _| (0, padding))
    }
    /// Padded on the left to a width.
    #[method(sig = "(width, fillchar=' ', /)")]
    fn rjust(vm: &mut Vm, this: Gc<Str>, width: i64, fillchar: Value) -> PyResult<Gc<Str>> {
        pad(vm, this, width, fillchar, |padding, _| (padding, 0))
    }
    /// Padded with zeros behind the sign to a width.
    #[method(sig = "(width, /)")]
    fn zfill(vm: &mut Vm, this: Gc<Str>, width: i64) -> PyResult<Gc<Str>> {
        vm.str_zfill(this, width)
    }

    /// How often a text occurs in [start:end], without overlap.
    #[method(sig = "(sub, start=None, end=None, /)")]
    fn count(vm: &mut Vm, this: Gc<Str>, sub: Gc<Str>, start: Bound, end: Bound) -> usize {
        let _ = vm;
        let (from, to) = bounds(start, end, this.len());
        if from > to { 0 } else { this.units().slice(from, to).count(sub.units()) }
    }
    /// Where a text first occurs in [start:end]; -1 when it does not.
    #[method(sig = "(sub, start=None, end=None, /)")]
    fn find(vm: &mut Vm, this: Gc<Str>, sub: Gc<Str>, start: Bound, end: Bound) -> i64 {
        let _ = vm;
        find_in(this, sub, start, end, Side::Left)
    }
    /// Where a text last occurs in [start:end]; -1 when it does not.
    #[method(sig = "(sub, start=None, end=None, /)")]
    fn rfind(vm: &mut Vm, this: Gc<Str>, sub: Gc<Str>, start: Bound, end: Bound) -> i64 {
        let _ = vm;
        find_in(this, sub, start, end, Side::Right)
    }
    /// As find, but raises ValueError when the text does not occur.
    #[method(sig = "(sub, start=None, end=None, /)")]
    fn index(vm: &mut Vm, this: Gc<Str>, sub: Gc<Str>, start: Bound, end: Bound) -> PyResult<i64> {
        found(vm, find_in(this, sub, start, end, Side::Left))
    }
    /// As rfind, but raises ValueError when the text does not occur.
    #[method(sig = "(sub, start=None, end=None, /)")]
    fn rindex(vm: &mut Vm, this: Gc<Str>, sub: Gc<Str>, start: Bound, end: Bound) -> PyResult<i64> {
        found(vm, find_in(this, sub, start, end, Side::Right))
    }
    /// Whether the text in [start:end] starts with a prefix, or one of a tuple of them.
    #[method(sig = "(prefix, start=None, end=None, /)")]
    fn startswith(vm: &mut Vm, this: Gc<Str>, prefix: Value, start: Bound, end: Bound) -> PyResult<bool> {
        matches_affix(vm, this, prefix, start, end, Affix::Start)
    }
    /// Whether the text in [start:end] ends with a suffix, or one of a tuple of them.
    #[method(sig = "(suffix, start=None, end=None, /)")]
    fn endswith(vm: &mut Vm, this: Gc<Str>, suffix: Value, start: Bound, end: Bound) -> PyResult<bool> {
        matches_affix(vm, this, suffix, start, end, Affix::End)
    }

    /// Occurrences replaced: all, or the first count.
    #[method(sig = "(old, new, /, count=-1)")]
    fn replace(vm: &mut Vm, this: Gc<Str>, old: Gc<Str>, new: Gc<Str>, count: i64) -> PyResult<Gc<Str>> {
        vm.str_replace(this, old, new, limit(count))
    }
    /// Without a prefix, if it is there.
    #[method(sig = "(prefix, /)")]
    fn removeprefix(vm: &mut Vm, this: Gc<Str>, prefix: Gc<Str>) -> PyResult<Gc<Str>> {
        let cut = if this.units().starts_with(prefix.units()) { prefix.len() } else { 0 };
        piece(vm, this, (cut, this.len()))
    }
    /// Without a suffix, if it is there.
    #[method(sig = "(suffix, /)")]
    fn removesuffix(vm: &mut Vm, this: Gc<Str>, suffix: Gc<Str>) -> PyResult<Gc<Str>> {
        let cut = if this.units().ends_with(suffix.units()) { suffix.len() } else { 0 };
        piece(vm, this, (0, this.len() - cut))
    }
    /// Without white space, or any of some characters, at both ends.
    #[method(sig = "(chars=None, /)")]
    fn strip(vm: &mut Vm, this: Gc<Str>, chars: Value) -> PyResult<Gc<Str>> {
        strip(vm, this, chars, Affix::Both, "strip")
    }
    /// Without white space, or any of some characters, at the start.
    #[method(sig = "(chars=None, /)")]
    fn lstrip(vm: &mut Vm, this: Gc<Str>, chars: Value) -> PyResult<Gc<Str>> {
        strip(vm, this, chars, Affix::Start, "lstrip")
    }
    /// Without white space, or any of some characters, at the end.
    #[method(sig = "(chars=None, /)")]
    fn rstrip(vm: &mut Vm, this: Gc<Str>, chars: Value) -> PyResult<Gc<Str>> {
        strip(vm, this, chars, Affix::End, "rstrip")
    }
    /// Tabs become spaces up to the next multiple of tabsize.
    #[method(sig = "(tabsize=8)")]
    fn expandtabs(vm: &mut Vm, this: Gc<Str>, tabsize: i32) -> PyResult<Gc<Str>> {
        vm.str_expand_tabs(this, tabsize.into())
    }
    /// Characters mapped through a table of code points.
    #[method(sig = "(table, /)")]
    fn translate(vm: &mut Vm, this: Gc<Str>, table: Value) -> PyResult<Gc<Str>> {
        vm.str_translate(this, table)
    }
    /// A table for translate: from a dict, or from two texts of equal length and characters to drop.
    #[staticmethod(sig = "(x, y=<unrepresentable>, z=<unrepresentable>, /)")]
    fn maketrans(vm: &mut Vm, x: Value, y: Option<Gc<Str>>, z: Option<Gc<Str>>) -> PyResult<Gc<Dict>> {
        vm.str_maketrans(x, y, z)
    }

    /// The strings of an iterable with this text between them.
    #[method(sig = "(iterable, /)")]
    fn join(vm: &mut Vm, this: Gc<Str>, iterable: Value) -> PyResult<Gc<Str>> {
        vm.str_join_iterable(this, iterable)
    }
    /// The parts between separators (white space by default), at most maxsplit splits from the left.
    #[method(sig = "(sep=None, maxsplit=-1)")]
    fn split(vm: &mut Vm, this: Gc<Str>, sep: Value, maxsplit: i64) -> PyResult<Gc<List>> {
        split(vm, this, sep, maxsplit, Side::Left)
    }
    /// The parts between separators (white space by default), at most maxsplit splits from the right.
    #[method(sig = "(sep=None, maxsplit=-1)")]
    fn rsplit(vm: &mut Vm, this: Gc<Str>, sep: Value, maxsplit: i64) -> PyResult<Gc<List>> {
        split(vm, this, sep, maxsplit, Side::Right)
    }
    /// The lines, with their ends if keepends.
    #[method(sig = "(keepends=False)")]
    fn splitlines(vm: &mut Vm, this: Gc<Str>, keepends: bool) -> PyResult<Gc<List>> {
        let spans = super::with_units!(this.units(), s => search::split_lines(s, keepends, |u| unicode::is_line_end(u.code())));
        pieces(vm, this, &spans)
    }
    /// What is before the first separator, the separator, what is after it.
    #[method(sig = "(sep, /)")]
    fn partition(vm: &mut Vm, this: Gc<Str>, sep: Value) -> PyResult<Gc<Tuple>> {
        partition(vm, this, sep, Side::Left)
    }
    /// What is before the last separator, the separator, what is after it.
    #[method(sig = "(sep, /)")]
    fn rpartition(vm: &mut Vm, this: Gc<Str>, sep: Value) -> PyResult<Gc<Tuple>> {
        partition(vm, this, sep, Side::Right)
    }

    /// Whether all characters are ASCII.
    #[method(effects(pure, no_raise))]
    fn isascii(_vm: &mut Vm, this: Gc<Str>) -> bool {
        this.is_ascii()
    }
    /// Whether there are characters and all are letters or numbers.
    #[method(effects(pure, no_raise))]
    fn isalnum(_vm: &mut Vm, this: Gc<Str>) -> bool {
        case::all(&this, |c| c.is_ascii_alphanumeric(), unicode::is_alnum)
    }
    /// Whether there are characters and all are letters.
    #[method(effects(pure, no_raise))]
    fn isalpha(_vm: &mut Vm, this: Gc<Str>) -> bool {
        case::all(&this, |c| c.is_ascii_alphabetic(), unicode::is_alpha)
    }
    /// Whether there are characters and all are decimal digits.
    #[method(effects(pure, no_raise))]
    fn isdecimal(_vm: &mut Vm, this: Gc<Str>) -> bool {
        case::all(&this, |c| c.is_ascii_digit(), unicode::is_decimal)
    }
    /// Whether there are characters and all are digits.
    #[method(effects(pure, no_raise))]
    fn isdigit(_vm: &mut Vm, this: Gc<Str>) -> bool {
        case::all(&this, |c| c.is_ascii_digit(), unicode::is_digit)
    }
    /// Whether there are characters and all are numeric.
    #[method(effects(pure, no_raise))]
    fn isnumeric(_vm: &mut Vm, this: Gc<Str>) -> bool {
        case::all(&this, |c| c.is_ascii_digit(), unicode::is_numeric)
    }
    /// Whether there are characters and all are white space.
    #[method(effects(pure, no_raise))]
    fn isspace(_vm: &mut Vm, this: Gc<Str>) -> bool {
        case::all(&this, is_ascii_space, unicode::is_space)
    }
    /// Whether all characters can be printed.
    #[method(effects(pure, no_raise))]
    fn isprintable(_vm: &mut Vm, this: Gc<Str>) -> bool {
        this.iter().all(unicode::is_printable)
    }
    /// Whether the text is a name (or keyword) of Python.
    #[method(effects(pure, no_raise))]
    fn isidentifier(_vm: &mut Vm, this: Gc<Str>) -> bool {
        case::is_identifier(&this)
    }
    /// Whether there are cased characters and all are lower case.
    #[method(effects(pure, no_raise))]
    fn islower(_vm: &mut Vm, this: Gc<Str>) -> bool {
        case::is_lower(&this)
    }
    /// Whether there are cased characters and all are upper case.
    #[method(effects(pure, no_raise))]
    fn isupper(_vm: &mut Vm, this: Gc<Str>) -> bool {
        case::is_upper(&this)
    }
    /// Whether words begin in title case and go on in lower case.
    #[method(effects(pure, no_raise))]
    fn istitle(_vm: &mut Vm, this: Gc<Str>) -> bool {
        case::is_title(&this)
    }

    /// The text in an encoding.
    #[method(sig = "(encoding='utf-8', errors='strict')")]
    fn encode(vm: &mut Vm, this: Gc<Str>, encoding: Gc<Str>, errors: Gc<Str>) -> PyResult<Value> {
        codecs::encode_named(vm, this, encoding, errors)
    }
    /// Replacement fields in braces filled in from the arguments.
    #[method(sig = "(*args, **kwargs)")]
    fn format(vm: &mut Vm, this: Gc<Str>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult<Gc<Str>> {
        format::template::format(vm, this, Some(args), Value::from_gc(kwargs))
    }
    /// Replacement fields in braces filled in from a mapping.
    #[method(sig = "(mapping, /)")]
    fn format_map(vm: &mut Vm, this: Gc<Str>, mapping: Value) -> PyResult<Gc<Str>> {
        format::template::format(vm, this, None, mapping)
    }
}

fn compare(vm: &Vm, this: Gc<Str>, value: Value, op: CmpOp) -> Value {
    let Some(other) = vm.downcast::<Str>(value) else { return Value::NOT_IMPLEMENTED };
    Value::bool(match op {
        CmpOp::Eq => this.same(&other),
        CmpOp::Ne => !this.same(&other),
        _ => op.of(this.order(&other)),
    })
}

/// One end of the part of a text that a method looks at; `None` when it was not given.
#[derive(Clone, Copy)]
pub(crate) struct Bound(Option<i64>);

impl FromArg for Bound {
    fn from_arg(vm: &mut Vm, v: Value, _: &ArgAt) -> PyResult<Bound> {
        if v.is_none() {
            return Ok(Bound(None));
        }
        match vm.index_clipped(v)? {
            Some(n) => Ok(Bound(Some(n))),
            None => Err(vm.type_error("slice indices must be integers or None or have an __index__ method")),
        }
    }
}

/// The positions that `start` and `end` mean; the first may be beyond the second.
pub(crate) fn bounds(start: Bound, end: Bound, len: usize) -> (usize, usize) {
    let to = end.0.map_or(len, |e| SliceIndex(e).clamp(len));
    // A start beyond the end finds nothing, not even the empty text.
    let from = match start.0 {
        Some(s) if s > len as i64 => len + 1,
        Some(s) => SliceIndex(s).clamp(len),
        None => 0,
    };
    (from, to)
}

fn find_in(s: Gc<Str>, sub: Gc<Str>, start: Bound, end: Bound, side: Side) -> i64 {
    let (from, to) = bounds(start, end, s.len());
    if from > to {
        return -1;
    }
    s.units().slice(from, to).find(sub.units(), side).map_or(-1, |at| (from + at) as i64)
}

fn found(vm: &mut Vm, at: i64) -> PyResult<i64> {
    if at < 0 { Err(vm.value_error("substring not found")) } else { Ok(at) }
}

/// A count of `replace` or `split`: negative means no limit.
pub(crate) fn limit(count: i64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

#[inline]
fn matches_affix(
    vm: &mut Vm,
    s: Gc<Str>,
    affix: Value,
    start: Bound,
    end: Bound,
    which: Affix,
) -> PyResult<bool> {
    if let (Bound(None), Bound(None), Some(one)) = (start, end, affix.exact::<Str>())
        && let (Units::One(text), Units::One(affix)) = (s.units(), one.units())
    {
        let Some(rest) = text.len().checked_sub(affix.len()) else { return Ok(false) };
        let end = if which == Affix::Start { &text[..affix.len()] } else { &text[rest..] };
        return Ok(same_bytes(end, affix));
    }
    let (from, to) = bounds(start, end, s.len());
    let name = if which == Affix::Start { "startswith" } else { "endswith" };
    let test = |affix: Gc<Str>| {
        if from > to {
            return false;
        }
        let text = s.units().slice(from, to);
        if which == Affix::Start { text.starts_with(affix.units()) } else { text.ends_with(affix.units()) }
    };
    if let Some(one) = vm.downcast::<Str>(affix) {
        return Ok(test(one));
    }
    let Some(many) = vm.downcast::<Tuple>(affix) else {
        let got = vm.type_name(affix);
        return Err(vm.type_error(format!("{name} first arg must be str or a tuple of str, not {got}")));
    };
    for v in many.items() {
        let Some(one) = vm.downcast::<Str>(*v) else {
            let got = vm.type_name(*v);
            return Err(vm.type_error(format!("tuple for {name} must only contain str, not {got}")));
        };
        if test(one) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn pad(
    vm: &mut Vm,
    s: Gc<Str>,
    width: i64,
    fill: Value,
    sides: fn(usize, usize) -> (usize, usize),
) -> PyResult<Gc<Str>> {
    let Some(fill) = vm.downcast::<Str>(fill) else {
        let name = vm.type_name(fill);
        return Err(vm.type_error(format!("The fill character must be a unicode character, not {name}")));
    };
    if fill.len() != 1 {
        return Err(vm.type_error("The fill character must be exactly one character long"));
    }
    let width = usize::try_from(width).unwrap_or(0);
    if width <= s.len() {
        return vm.str_exact(s);
    }
    let (left, right) = sides(width - s.len(), width);
    vm.str_padded(left, s.units(), right, fill.code_point(0))
}

/// Part of a string; an exact string is given back itself when that is all of it.
fn piece(vm: &mut Vm, s: Gc<Str>, (start, end): search::Span) -> PyResult<Gc<Str>> {
    vm.str_slice(s, start, end)
}

fn pieces(vm: &mut Vm, s: Gc<Str>, spans: &[search::Span]) -> PyResult<Gc<List>> {
    match s.ascii_bytes() {
        // One piece may be the string itself.
        Some(text) if spans.len() > 1 => {
            list_of(vm, spans, |vm, (start, end)| vm.str_ascii(&text[start..end]))
        }
        _ => list_of(vm, spans, |vm, span| piece(vm, s, span)),
    }
}

#[inline(always)]
fn list_of(
    vm: &mut Vm,
    spans: &[search::Span],
    part: impl Fn(&mut Vm, search::Span) -> PyResult<Gc<Str>>,
) -> PyResult<Gc<List>> {
    let list = vm.list_with_capacity(Elements::Any, spans.len())?;
    for (i, span) in spans.iter().enumerate() {
        let part = part(vm, *span)?;
        vm.list_store(list, i, Value::from_gc(part));
        list.len.set(i + 1);
    }
    Ok(list)
}

/// The characters that `strip` takes off, a bit each: those of an ASCII text, or white space for `None`.
#[inline]
fn ascii_set(chars: Value) -> Option<u128> {
    if chars.is_none() {
        return Some(ASCII_SPACE);
    }
    let chars = chars.exact::<Str>()?;
    Some(chars.as_ascii()?.bytes().fold(0, |set, c| set | 1 << c))
}

fn strip(vm: &mut Vm, s: Gc<Str>, chars: Value, affix: Affix, name: &str) -> PyResult<Gc<Str>> {
    let span = if let (Some(text), Some(set)) = (s.as_ascii(), ascii_set(chars)) {
        search::strip(text.as_bytes(), affix, |c| set >> c & 1 != 0)
    } else if chars.is_none() {
        super::with_units!(s.units(), t => search::strip(t, affix, |u| unicode::is_space(u.code())))
    } else {
        let Some(chars) = vm.downcast::<Str>(chars) else {
            return Err(vm.type_error(format!("{name} arg must be None or str")));
        };
        let set = chars.units();
        super::with_units!(s.units(), t => search::strip(t, affix, |u| set.iter().any(|c| c == u.code())))
    };
    piece(vm, s, span)
}

fn split(vm: &mut Vm, s: Gc<Str>, separator: Value, max: i64, side: Side) -> PyResult<Gc<List>> {
    let max = limit(max);
    if separator.is_none() {
        if let Some(text) = s.as_ascii() {
            let text = text.as_bytes();
            let spans = match side {
                Side::Left => search::split_ascii(text, max),
                Side::Right => search::split_whitespace(text, max, side, is_ascii_space),
            };
            return pieces(vm, s, &spans);
        }
        let spans = super::with_units!(s.units(), t => search::split_whitespace(t, max, side, |u| unicode::is_space(u.code())));
        return pieces(vm, s, &spans);
    }
    let Some(separator) = vm.downcast::<Str>(separator) else {
        let name = vm.type_name(separator);
        return Err(vm.type_error(format!("must be str or None, not {name}")));
    };
    if separator.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    let spans = s.units().split(separator.units(), max, side);
    pieces(vm, s, &spans)
}

fn partition(vm: &mut Vm, s: Gc<Str>, separator: Value, side: Side) -> PyResult<Gc<Tuple>> {
    let Some(separator) = vm.downcast::<Str>(separator) else {
        let name = vm.type_name(separator);
        return Err(vm.type_error(format!("must be str, not {name}")));
    };
    if separator.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    let empty = vm.strings.empty();
    let parts = match (s.units().find(separator.units(), side), side) {
        (Some(at), _) => {
            let before = vm.str_slice(s, 0, at)?;
            let after = vm.str_slice(s, at + separator.len(), s.len())?;
            [before, separator, after]
        }
        (None, Side::Left) => [vm.str_exact(s)?, empty, empty],
        (None, Side::Right) => [empty, empty, vm.str_exact(s)?],
    };
    vm.tuple(&parts.map(Value::from_gc))
}

impl Vm {
    /// `s[key]`
    pub fn str_subscript(&mut self, s: Gc<Str>, key: Value) -> PyResult<Gc<Str>> {
        if key.as_small().is_none() && self.exact::<Slice>(key).is_none() && !self.has_index(key) {
            let name = self.type_name(key);
            return Err(self.type_error(format!("string indices must be integers, not '{name}'")));
        }
        match self.subscript(key, "string")? {
            Subscript::Index(i) => {
                let len = s.len();
                let at = if i < 0 { i.wrapping_add(len as i64) } else { i };
                match usize::try_from(at) {
                    Ok(at) if at < len => self.str_char(s.code_point(at)),
                    _ => Err(self.index_error("string index out of range")),
                }
            }
            Subscript::Slice(slice) => self.str_sliced(s, slice),
        }
    }

    /// `s[slice]`
    pub fn str_slice_of(&mut self, s: Gc<Str>, slice: Gc<Slice>) -> PyResult<Gc<Str>> {
        let raw = self.slice_unpack(slice)?;
        self.str_sliced(s, raw)
    }

    fn str_sliced(&mut self, s: Gc<Str>, slice: RawSlice) -> PyResult<Gc<Str>> {
        let span = slice.fit(s.len());
        if span.step == 1 {
            let start = span.start as usize;
            return self.str_slice(s, start, start + span.count);
        }
        self.str_stride(s, span.start.max(0) as usize, span.step as isize, span.count)
    }

    /// Whether an operator on a sequence must leave it to the other operand, a Python object that has the reflected
    /// method. (Builtin types have theirs for numbers only, and the text of the error is the sequence's.)
    pub(crate) fn defers_to(&mut self, other: Value, reflected: Special) -> bool {
        self.class_of(other).has(crate::object::class::flags::HEAP)
            && self.lookup_special(other, reflected).is_some()
    }

    /// How often `seq * value` repeats; `None`: the other operand decides.
    pub(crate) fn repeat_count(&mut self, value: Value) -> PyResult<Option<i64>> {
        if let Some(n) = value.as_small() {
            return Ok(Some(n));
        }
        if self.has_index(value) {
            let n = self.index_value(value)?;
            return match int::as_int(self, n).and_then(int::to_i64) {
                Some(n) => Ok(Some(n)),
                None => {
                    let name = self.type_name(value);
                    Err(self.overflow_error(format!("cannot fit '{name}' into an index-sized integer")))
                }
            };
        }
        if self.defers_to(value, Special::RMul) || self.defers_to(value, Special::Mul) {
            return Ok(None);
        }
        let name = self.type_name(value);
        Err(self.type_error(format!("can't multiply sequence by non-int of type '{name}'")))
    }
}
