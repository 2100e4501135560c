//! Python's environment variables, and what `-I` and `-X` options imply.

use habu_runtime::vm::Options;

/// Adds to what the command line says.
pub fn complete(options: &mut Options) -> Result<(), String> {
    if options.isolated {
        (options.ignore_environment, options.no_user_site, options.safe_path) = (true, true, true);
    }
    let counted = |options: &Options, name: &str| -> u8 {
        let Some(text) = options.env(name) else { return 0 };
        // As CPython: what is no number counts as 1.
        text.to_str().and_then(|t| t.parse::<i64>().ok()).map_or(1, |n| n.clamp(1, 9) as u8)
    };
    options.optimize = options.optimize.max(counted(options, "PYTHONOPTIMIZE")).min(2);
    options.verbose = options.verbose.max(counted(options, "PYTHONVERBOSE"));
    options.debug = options.debug.max(counted(options, "PYTHONDEBUG"));
    options.inspect |= counted(options, "PYTHONINSPECT") > 0;
    options.unbuffered |= counted(options, "PYTHONUNBUFFERED") > 0;
    options.dont_write_bytecode |= counted(options, "PYTHONDONTWRITEBYTECODE") > 0;
    options.no_user_site |= counted(options, "PYTHONNOUSERSITE") > 0;
    options.safe_path |= options.env("PYTHONSAFEPATH").is_some();
    options.dev_mode = options.env("PYTHONDEVMODE").is_some();
    options.import_time = options.env("PYTHONPROFILEIMPORTTIME").is_some();
    options.warn_default_encoding = options.env("PYTHONWARNDEFAULTENCODING").is_some();
    options.pycache_prefix = options.env("PYTHONPYCACHEPREFIX");
    let seed = options.env("PYTHONHASHSEED").map(|v| v.to_string_lossy().into_owned());
    options.hash_seed = habu_runtime::types::str::hash::seed_from_env(seed.as_deref())?;
    let mut digits = options.env("PYTHONINTMAXSTRDIGITS").map(|v| v.to_string_lossy().into_owned());
    for (name, value) in &options.x_options {
        match (name.as_str(), value) {
            ("dev", _) => options.dev_mode = true,
            ("importtime", _) => options.import_time = true,
            ("warn_default_encoding", _) => options.warn_default_encoding = true,
            ("pycache_prefix", value) => {
                options.pycache_prefix = value.as_ref().filter(|v| !v.is_empty()).map(Into::into);
            }
            ("int_max_str_digits", value) => digits = Some(value.clone().unwrap_or_default()),
            _ => {}
        }
    }
    if let Some(digits) = digits {
        match digits.parse() {
            Ok(n) if n == 0 || n >= 640 => options.int_max_str_digits = Some(n),
            _ => {
                return Err("-X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.".into());
            }
        }
    }
    let mut warnings = Vec::new();
    if options.dev_mode {
        warnings.push("default".to_owned());
    }
    if let Some(text) = options.env("PYTHONWARNINGS") {
        warnings.extend(text.to_string_lossy().split(',').map(str::to_owned));
    }
    warnings.append(&mut options.warnings);
    match options.bytes_warning {
        0 => {}
        1 => warnings.push("default::BytesWarning".to_owned()),
        _ => warnings.push("error::BytesWarning".to_owned()),
    }
    options.warnings = warnings;
    Ok(())
}
