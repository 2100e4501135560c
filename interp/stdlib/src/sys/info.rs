//! `sys`: version, flags, and what it tells of numbers and hashing.

use super::VERSION;
use crate::structseq::{self, Spec};
use crate::support::{namespace, set, set_int, set_str};
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::any::TypeId;

/// What `sys` keeps for the process.
pub struct State {
    pub finalizing: bool,
    /// `sys.setdlopenflags`; RTLD_NOW at first.
    pub dlopen_flags: i32,
    /// Classes made when first asked for: where they are among the machine's permanent values.
    pub classes: Vec<(&'static str, usize)>,
}

pub fn state(vm: &mut Vm) -> &mut State {
    let state = vm
        .module_state
        .entry(TypeId::of::<State>())
        .or_insert_with(|| Box::new(State { finalizing: false, dlopen_flags: 2, classes: Vec::new() }));
    state.downcast_mut().expect("entered under its own type")
}

/// The process is about to end.
pub fn finalizing(vm: &mut Vm) {
    state(vm).finalizing = true;
}

fn sequence(vm: &mut Vm, module: ModuleRef, attribute: &str, spec: &Spec, items: &[Value]) -> PyResult {
    let cls = structseq::make_class(vm, spec)?;
    let made = structseq::instance(vm, cls, items, &[])?;
    set(vm, module, attribute, made)?;
    Ok(made)
}

pub fn fill(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
    let (major, minor, micro) = VERSION;
    let text = |vm: &mut Vm, t: &str| vm.str(t).map(Value::from_gc);
    let final_level = text(vm, "final")?;
    let spec = Spec {
        module: "sys",
        name: "version_info",
        doc: "Version information as a named tuple.",
        fields: &["major", "minor", "micro", "releaselevel", "serial"],
        hidden: &[],
    };
    let items = [Value::small(major), Value::small(minor), Value::small(micro), final_level, Value::small(0)];
    let version = sequence(vm, module, "version_info", &spec, &items)?;
    set_str(
        vm,
        module,
        "version",
        &format!("{major}.{minor}.{micro} (Habu {}) [Rust]", env!("CARGO_PKG_VERSION")),
    )?;
    let hexversion = major << 24 | minor << 16 | micro << 8 | 0xF0;
    set_int(vm, module, "hexversion", hexversion)?;
    set_int(vm, module, "api_version", 1013)?;
    implementation(vm, module, version, hexversion)?;
    flags(vm, module)?;
    numbers(vm, module)
}

fn implementation(vm: &mut Vm, module: ModuleRef, version: Value, hexversion: i64) -> PyResult<()> {
    let entries = [
        ("name", Value::from_gc(vm.str("habu")?)),
        ("cache_tag", Value::from_gc(vm.str("habu-314")?)),
        ("version", version),
        ("hexversion", Value::small(hexversion)),
        ("supports_isolated_interpreters", Value::FALSE),
        ("_multiarch", Value::from_gc(vm.str(multiarch())?)),
    ];
    let made = namespace(vm, &entries)?;
    set(vm, module, "implementation", made)?;
    let empty = Value::from_gc(vm.str("")?);
    let items = [Value::from_gc(vm.str("habu")?), empty, empty];
    let git = Value::from_gc(vm.tuple(&items)?);
    set(vm, module, "_git", git)
}

fn multiarch() -> &'static str {
    if cfg!(target_arch = "aarch64") { "aarch64-linux-gnu" } else { "x86_64-linux-gnu" }
}

fn flags(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
    let o = vm.options.clone();
    let int = |n: i64| Value::small(n);
    let on = |b: bool| Value::small(i64::from(b));
    let items = [
        int(o.debug.into()),
        on(o.inspect),
        on(o.inspect),
        int(o.optimize.into()),
        on(o.dont_write_bytecode),
        on(o.no_user_site),
        on(o.no_site),
        on(o.ignore_environment),
        int(o.verbose.into()),
        int(o.bytes_warning.into()),
        on(o.quiet),
        on(o.hash_seed != Some(0)),
        on(o.isolated),
        Value::bool(o.dev_mode),
        int(0),
        on(o.warn_default_encoding),
        Value::bool(o.safe_path),
        int(o.int_max_str_digits.unwrap_or(4300) as i64),
    ];
    let hidden = [("gil", int(1)), ("thread_inherit_context", int(0)), ("context_aware_warnings", int(0))];
    let spec = Spec {
        module: "sys",
        name: "flags",
        doc: "Flags provided through command line arguments or environment vars.",
        fields: &[
            "debug",
            "inspect",
            "interactive",
            "optimize",
            "dont_write_bytecode",
            "no_user_site",
            "no_site",
            "ignore_environment",
            "verbose",
            "bytes_warning",
            "quiet",
            "hash_randomization",
            "isolated",
            "dev_mode",
            "utf8_mode",
            "warn_default_encoding",
            "safe_path",
            "int_max_str_digits",
        ],
        hidden: &["gil", "thread_inherit_context", "context_aware_warnings"],
    };
    let cls = structseq::make_class(vm, &spec)?;
    let made = structseq::instance(vm, cls, &items, &hidden)?;
    set(vm, module, "flags", made)?;
    Ok(())
}

fn numbers(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
    let (max, min, epsilon) = (vm.float(f64::MAX)?, vm.float(f64::MIN_POSITIVE)?, vm.float(f64::EPSILON)?);
    let int = Value::small;
    let spec = Spec {
        module: "sys",
        name: "float_info",
        doc: "A named tuple holding information about the float type.",
        fields: &[
            "max",
            "max_exp",
            "max_10_exp",
            "min",
            "min_exp",
            "min_10_exp",
            "dig",
            "mant_dig",
            "epsilon",
            "radix",
            "rounds",
        ],
        hidden: &[],
    };
    let items =
        [max, int(1024), int(308), min, int(-1021), int(-307), int(15), int(53), epsilon, int(2), int(1)];
    sequence(vm, module, "float_info", &spec, &items)?;
    let spec = Spec {
        module: "sys",
        name: "int_info",
        doc: "A named tuple that holds information about Python's internal representation of integers.",
        fields: &["bits_per_digit", "sizeof_digit", "default_max_str_digits", "str_digits_check_threshold"],
        hidden: &[],
    };
    sequence(vm, module, "int_info", &spec, &[int(30), int(4), int(4300), int(640)])?;
    let spec = Spec {
        module: "sys",
        name: "hash_info",
        doc: "A named tuple providing parameters used for computing hashes.",
        fields: &["width", "modulus", "inf", "nan", "imag", "algorithm", "hash_bits", "seed_bits", "cutoff"],
        hidden: &[],
    };
    let algorithm = Value::from_gc(vm.str("siphash13")?);
    let modulus = vm.int((1 << 61) - 1)?;
    let items =
        [int(64), modulus, int(314_159), int(0), int(1_000_003), algorithm, int(64), int(128), int(0)];
    sequence(vm, module, "hash_info", &spec, &items)?;
    let spec = Spec {
        module: "sys",
        name: "thread_info",
        doc: "A named tuple holding information about the thread implementation.",
        fields: &["name", "lock", "version"],
        hidden: &[],
    };
    let items = [Value::from_gc(vm.str("pthread")?), Value::from_gc(vm.str("semaphore")?), Value::NONE];
    sequence(vm, module, "thread_info", &spec, &items)?;
    Ok(())
}

/// `builtin_module_names` and `stdlib_module_names`.
pub fn set_module_names(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
    let state = habu_runtime::import::state(vm);
    let mut natives: Vec<&'static str> = state.natives.keys().copied().collect();
    natives.sort_unstable();
    let mut all = natives.clone();
    if let Some(library) = state.library {
        all.extend(library.names().into_iter().filter(|n| !n.contains('.')));
    }
    let mut names = vm.rooted_vec();
    for name in natives {
        let name = Value::from_gc(vm.intern(name));
        names.push(name);
    }
    let natives = Value::from_gc(vm.tuple(&names)?);
    set(vm, module, "builtin_module_names", natives)?;
    let set_of = vm.set_new(habu_runtime::object::ids::FROZENSET)?;
    for name in all {
        let name = Value::from_gc(vm.intern(name));
        vm.set_add(set_of, name)?;
    }
    set(vm, module, "stdlib_module_names", Value::from_gc(set_of))
}
