//! Filter specifications: dicts to options, and the properties that containers store.

use super::ERROR;
use habu_runtime::object::Special;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::int;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};
use lzma_rust2::filter::{FilterConfig, FilterType};
use lzma_rust2::{EncodeMode, LzmaOptions, MfType};

pub const LZMA1: u64 = 0x4000_0000_0000_0001;
pub const LZMA2: u64 = 0x21;
pub const DELTA: u64 = 3;
/// Branch filters, and what their ids mean.
pub const BRANCH: [(u64, FilterType); 6] = [
    (4, FilterType::BcjX86),
    (5, FilterType::BcjPpc),
    (6, FilterType::BcjIa64),
    (7, FilterType::BcjArm),
    (8, FilterType::BcjArmThumb),
    (9, FilterType::BcjSparc),
];
pub const PRESET_EXTREME: u32 = 1 << 31;

/// A filter of a chain.
#[derive(Clone)]
pub enum Filter {
    Lzma(u64, LzmaOptions),
    Before(FilterConfig),
}

/// Options of a preset; the extreme flag asks for longer matches.
pub fn preset(vm: &mut Vm, preset: u32) -> PyResult<LzmaOptions> {
    let level = preset & !PRESET_EXTREME;
    if level > 9 {
        return Err(ERROR.raise(vm, format!("Invalid compression preset: {preset}")));
    }
    let mut options = LzmaOptions::with_preset(level);
    if preset & PRESET_EXTREME != 0 {
        options.mode = EncodeMode::Normal;
        options.mf = MfType::Bt4;
        options.nice_len = if level == 3 || level == 5 { 192 } else { 273 };
        options.depth_limit = if level == 3 || level == 5 { 0 } else { 512 };
    }
    Ok(options)
}

fn entry(vm: &mut Vm, spec: Value, name: &str) -> PyResult<Option<Value>> {
    let key = Value::from_gc(vm.intern(name));
    if let Some(dict) = vm.exact_dict(spec) {
        return vm.dict_get(dict, key);
    }
    let result = vm.get_item(spec, key);
    vm.catch(result, Exc::KeyError)
}

fn number(vm: &mut Vm, v: Value) -> PyResult<u64> {
    let n = vm.index_value(v)?;
    let n = int::as_int(vm, n).unwrap_or(n);
    match int::to_u64(n) {
        Some(n) => Ok(n),
        None if int::is_negative(n) => Err(vm.overflow_error("can't convert negative value to unsigned int")),
        None => Err(vm.overflow_error("int too big to convert")),
    }
}

fn small(vm: &mut Vm, v: Value) -> PyResult<u32> {
    let n = number(vm, v)?;
    u32::try_from(n).map_err(|_| vm.overflow_error("Value too large for uint32_t type"))
}

/// Names of a specification that no filter of the kind has.
fn check_names(vm: &mut Vm, spec: Value, known: &[&str], kind: &str) -> PyResult<()> {
    let Some(dict) = vm.downcast::<Dict>(spec) else { return Ok(()) };
    let mut at = 0;
    while let Some((name, _)) = vm.dict_next(dict, &mut at) {
        let fits = vm.downcast::<Str>(name).is_some_and(|n| known.iter().any(|k| n.is(k)));
        if !fits {
            return Err(vm.value_error(format!("Invalid filter specifier for {kind} filter")));
        }
    }
    Ok(())
}

fn lzma_options(vm: &mut Vm, spec: Value) -> PyResult<LzmaOptions> {
    let known = ["id", "preset", "dict_size", "lc", "lp", "pb", "mode", "nice_len", "mf", "depth"];
    let level = match entry(vm, spec, "preset")? {
        Some(v) => small(vm, v)?,
        None => 6,
    };
    let mut options = preset(vm, level)?;
    check_names(vm, spec, &known, "LZMA")?;
    let mut given = [None; 8];
    for (slot, name) in given.iter_mut().zip(&known[2..]) {
        if let Some(v) = entry(vm, spec, name)? {
            *slot = Some(small(vm, v)?);
        }
    }
    let [dict_size, lc, lp, pb, mode, nice_len, mf, depth] = given;
    options.dict_size = dict_size.unwrap_or(options.dict_size);
    options.lc = lc.unwrap_or(options.lc);
    options.lp = lp.unwrap_or(options.lp);
    options.pb = pb.unwrap_or(options.pb);
    options.nice_len = nice_len.unwrap_or(options.nice_len);
    let invalid = "Invalid or unsupported options";
    match mode {
        None => {}
        Some(1) => options.mode = EncodeMode::Fast,
        Some(2) => options.mode = EncodeMode::Normal,
        Some(_) => return Err(ERROR.raise(vm, invalid)),
    }
    match mf {
        None => {}
        Some(3 | 4) => options.mf = MfType::Hc4,
        Some(0x12..=0x14) => options.mf = MfType::Bt4,
        Some(_) => return Err(ERROR.raise(vm, invalid)),
    }
    options.depth_limit = depth.map_or(options.depth_limit, |d| d.min(i32::MAX as u32) as i32);
    let fits = options.lc + options.lp <= 4
        && options.pb <= 4
        && (4096..=(1536 << 20)).contains(&options.dict_size)
        && (2..=273).contains(&options.nice_len);
    if !fits {
        return Err(ERROR.raise(vm, invalid));
    }
    options.nice_len = options.nice_len.max(8);
    Ok(options)
}

/// One specification.
pub fn filter(vm: &mut Vm, spec: Value) -> PyResult<Filter> {
    let is_mapping = vm.downcast::<Dict>(spec).is_some()
        || vm.lookup_special(spec, Special::GetItem).is_some()
            && vm.downcast::<habu_runtime::types::list::List>(spec).is_none()
            && vm.downcast::<habu_runtime::types::tuple::Tuple>(spec).is_none()
            && vm.downcast::<Str>(spec).is_none();
    if !is_mapping {
        return Err(vm.type_error("Filter specifier must be a dict or dict-like object"));
    }
    let Some(id) = entry(vm, spec, "id")? else {
        return Err(vm.value_error("Filter specifier must have an \"id\" entry"));
    };
    let id = number(vm, id)?;
    match id {
        LZMA1 | LZMA2 => Ok(Filter::Lzma(id, lzma_options(vm, spec)?)),
        DELTA => {
            check_names(vm, spec, &["id", "dist"], "delta")?;
            let distance = match entry(vm, spec, "dist")? {
                Some(v) => small(vm, v)?,
                None => 1,
            };
            if !(1..=256).contains(&distance) {
                return Err(ERROR.raise(vm, "Invalid or unsupported options"));
            }
            Ok(Filter::Before(FilterConfig::new_delta(distance)))
        }
        _ => {
            let Some((_, kind)) = BRANCH.iter().find(|(known, _)| *known == id) else {
                return Err(vm.value_error(format!("Invalid filter ID: {id}")));
            };
            check_names(vm, spec, &["id", "start_offset"], "BCJ")?;
            let property = match entry(vm, spec, "start_offset")? {
                Some(v) => small(vm, v)?,
                None => 0,
            };
            Ok(Filter::Before(FilterConfig { filter_type: *kind, property }))
        }
    }
}

/// A chain of at most four.
pub fn chain(vm: &mut Vm, specs: Value) -> PyResult<Vec<Filter>> {
    let count = vm.len(specs)?;
    if count > 4 {
        return Err(vm.value_error("Too many filters - liblzma supports a maximum of 4"));
    }
    let mut filters = Vec::new();
    for i in 0..count {
        let spec = vm.get_item(specs, Value::small(i as i64))?;
        filters.push(filter(vm, spec)?);
    }
    Ok(filters)
}

/// The dictionary size that a byte of LZMA2 properties stands for, at least `size`.
pub fn dictionary_byte(size: u32) -> u8 {
    (0..40).find(|b| dictionary_size(*b).is_some_and(|s| s >= size)).unwrap_or(40)
}

pub fn dictionary_size(byte: u8) -> Option<u32> {
    match byte {
        0..=39 => Some((2 | u32::from(byte & 1)) << (byte / 2 + 11)),
        40 => Some(u32::MAX),
        _ => None,
    }
}
