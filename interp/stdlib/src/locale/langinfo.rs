//! `nl_langinfo`: single facts about the locale.

use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// Facts that the libc crate does not name.
const ERA_D_T_FMT: i64 = 0x2_0030;
const ERA_T_FMT: i64 = 0x2_0031;
const ALT_DIGITS: i64 = 0x2_002f;
const DATE_FMT: i64 = 0x2_006c;

macro_rules! names {
    ($($name:ident)*) => { &[
        $((stringify!($name), libc::$name as i64),)*
        ("ERA_D_T_FMT", ERA_D_T_FMT),
        ("ERA_T_FMT", ERA_T_FMT),
        ("ALT_DIGITS", ALT_DIGITS),
        ("_DATE_FMT", DATE_FMT),
    ] };
}

/// Every fact that may be asked for.
pub const NAMES: &[(&str, i64)] = names! {
    DAY_1 DAY_2 DAY_3 DAY_4 DAY_5 DAY_6 DAY_7 ABDAY_1 ABDAY_2 ABDAY_3 ABDAY_4 ABDAY_5 ABDAY_6 ABDAY_7
    MON_1 MON_2 MON_3 MON_4 MON_5 MON_6 MON_7 MON_8 MON_9 MON_10 MON_11 MON_12
    ABMON_1 ABMON_2 ABMON_3 ABMON_4 ABMON_5 ABMON_6 ABMON_7 ABMON_8 ABMON_9 ABMON_10 ABMON_11 ABMON_12
    RADIXCHAR THOUSEP CRNCYSTR D_T_FMT D_FMT T_FMT AM_STR PM_STR CODESET T_FMT_AMPM ERA ERA_D_FMT YESEXPR NOEXPR
};

/// The bytes of a fact. Lists are several texts, each with its null byte.
fn bytes(key: i64, text: *const u8) -> Vec<u8> {
    let mut out = Vec::new();
    // Items are separated by semicolons in what programs see.
    let count = if key == ALT_DIGITS { 100 } else { 1 };
    let mut at = text;
    for i in 0..count {
        // SAFETY: the C library's text ends with a null byte, and a list has 100 of them.
        let item = unsafe { std::ffi::CStr::from_ptr(at.cast()) }.to_bytes();
        if i == 0 && item.is_empty() {
            break;
        }
        if i > 0 {
            out.push(b';');
        }
        out.extend_from_slice(item);
        // SAFETY: behind the null byte of an item comes the next one.
        at = unsafe { at.add(item.len() + 1) };
    }
    out
}

pub fn value(vm: &mut Vm, key: i32) -> PyResult {
    if !NAMES.iter().any(|(_, n)| *n == i64::from(key)) {
        return Err(vm.value_error("unsupported langinfo constant"));
    }
    // SAFETY: the key is one that the C library knows.
    let text = unsafe { libc::nl_langinfo(key) };
    if text.is_null() {
        return vm.str("").map(Value::from_gc);
    }
    let bytes = bytes(key.into(), text.cast());
    let (codec, errors) = (habu_runtime::codecs::Codec::Utf8, habu_runtime::codecs::Errors::SurrogateEscape);
    vm.decode_with(&bytes, codec, &errors).map(Value::from_gc)
}
