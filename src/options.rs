//! The command-line options: one table from which parsing and `--help` derive.

use crate::environment;
use std::ffi::OsString;
use std::path::PathBuf;

/// What is to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    File(PathBuf),
    Code(String),
    Module(String),
    Stdin,
}

/// When native code is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum JitMode {
    #[default]
    Auto,
    Off,
    /// At once and synchronously, with every guard failing now and then.
    Stress,
}

/// Stations of the road that `--dump` can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DumpKind {
    Tokens,
    Ast,
    Bytecode,
    Hir,
    Clif,
    Asm,
}

impl DumpKind {
    const ALL: [(&'static str, DumpKind); 6] = [
        ("tokens", DumpKind::Tokens),
        ("ast", DumpKind::Ast),
        ("bytecode", DumpKind::Bytecode),
        ("hir", DumpKind::Hir),
        ("clif", DumpKind::Clif),
        ("asm", DumpKind::Asm),
    ];
}

/// A request to show one station, of one function or all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dump {
    pub kind: DumpKind,
    pub function: Option<String>,
}

/// Everything that the command line and the environment decide.
#[derive(Clone, Debug)]
pub struct Options {
    pub program: Program,
    pub jit: JitMode,
    pub jit_threshold: Option<u32>,
    pub jit_summary: bool,
    pub dump: Option<Dump>,
    /// `-x`
    pub skip_first_line: bool,
    /// What Python itself knows of.
    pub python: habu_runtime::vm::Options,
}

/// What parsing the command line comes to.
#[derive(Debug)]
pub enum Parsed {
    Run(Box<Options>),
    /// `--help`, `--version`: print this and succeed.
    Print(String),
    /// A usage error: print this and exit with 2.
    Wrong(String),
}

/// A row: short form, long form, value's name, meaning. The environment's settings stand below them in `--help`.
type Row = (Option<char>, Option<&'static str>, Option<&'static str>, &'static str);

const OPTIONS: &[Row] = &[
    (Some('c'), None, Some("CODE"), "run the text CODE"),
    (Some('m'), None, Some("MODULE"), "run a module as the main program"),
    (
        None,
        Some("jit"),
        Some("auto|off|stress"),
        "when to compile: what is hot, never, or at once (a test of the JIT)",
    ),
    (None, Some("jit-threshold"), Some("N"), "compile after N weighted calls and loop rounds"),
    (None, Some("jit-summary"), None, "at exit, say what was compiled and why native code was left"),
    (None, Some("dump"), Some("KIND[:FUNCTION]"), "show tokens, ast, bytecode, hir, clif or asm"),
    (Some('b'), None, None, "warn of str(bytes) and of comparing bytes with str (-bb: raise)"),
    (Some('B'), None, None, "write no bytecode files"),
    (Some('d'), None, None, "for compatibility"),
    (Some('E'), None, None, "ignore PYTHON* environment variables"),
    (Some('i'), None, None, "stay interactive after the program"),
    (Some('I'), None, None, "isolated: -E, -P and -s"),
    (Some('O'), None, None, "drop asserts (-OO: docstrings too)"),
    (Some('P'), None, None, "do not put the program's folder on sys.path"),
    (Some('q'), None, None, "no version when interactive"),
    (Some('R'), None, None, "for compatibility"),
    (Some('s'), None, None, "leave the user's own site-packages out"),
    (Some('S'), None, None, "do not import site at start"),
    (Some('u'), None, None, "unbuffered output"),
    (Some('v'), None, None, "say what is imported"),
    (Some('W'), None, Some("ACTION"), "a filter for warnings: action:message:category:module:line"),
    (Some('x'), None, None, "skip the first line of the program"),
    (
        Some('X'),
        None,
        Some("NAME[=VALUE]"),
        "dev, faulthandler, importtime, int_max_str_digits=N, pycache_prefix=DIR; others go to sys._xoptions",
    ),
    (
        None,
        Some("check-hash-based-pycs"),
        Some("always|default|never"),
        "when to compare such bytecode files with their source",
    ),
    (Some('V'), Some("version"), None, "print the version"),
    (Some('h'), Some("help"), None, "print this text"),
];

const ENVIRONMENT: &[(&str, &str)] = &[
    ("HABU_GC=stats", "print counts and times of collections at exit"),
    ("HABU_GC=stress[:N]", "collect at every N-th allocation and verify the heap"),
    ("HABU_PERF_MAP=1", "tell profilers of native code in /tmp/perf-PID.map"),
    ("HABU_STDLIB=DIR", "take the pure-Python library from DIR"),
    ("PYTHON*", "as CPython: see -E"),
];

/// The text of `--help`.
fn help() -> String {
    let mut out = String::from(
        "usage: habu [options] FILE | - | -c CODE | -m MODULE [arguments]\n\nRuns Python 3.14 programs.\n\noptions:\n",
    );
    let mut row = |left: String, right: &str| {
        out.push_str(&format!("  {left:<28} {right}\n"));
    };
    for (short, long, value, doc) in OPTIONS {
        let mut left = String::new();
        if let Some(c) = short {
            left.push_str(&format!("-{c}"));
        }
        if let Some(long) = long {
            left.push_str(if short.is_some() { ", --" } else { "--" });
            left.push_str(long);
        }
        if let Some(value) = value {
            left.push(if long.is_some() { '=' } else { ' ' });
            left.push_str(value);
        }
        row(left, doc);
    }
    out.push_str("\nenvironment:\n");
    for (name, doc) in ENVIRONMENT {
        out.push_str(&format!("  {name:<28} {doc}\n"));
    }
    out
}

fn usage_error(text: impl std::fmt::Display) -> Parsed {
    Parsed::Wrong(format!("habu: {text}\nTry 'habu --help' for the options.\n"))
}

/// Parses the arguments (without the program's own name) and checks the environment's settings.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Parsed {
    match try_parse(args.into_iter().collect()) {
        Ok(parsed) => parsed,
        Err(text) => usage_error(text),
    }
}

fn try_parse(args: Vec<OsString>) -> Result<Parsed, String> {
    use lexopt::prelude::*;
    let python = habu_runtime::vm::Options {
        argv: vec![OsString::new()],
        stdlib: std::env::var_os("HABU_STDLIB").map(PathBuf::from),
        ..Default::default()
    };
    let mut options = Options {
        program: Program::Stdin,
        jit: JitMode::Auto,
        jit_threshold: None,
        jit_summary: false,
        dump: None,
        skip_first_line: false,
        python,
    };
    check_environment()?;
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next().map_err(|e| e.to_string())? {
        match arg {
            Short('c') => {
                let code = parser.value().map_err(|_| "Argument expected for the -c option".to_owned())?;
                let code = code.into_string().map_err(|_| "the argument of -c is not UTF-8".to_owned())?;
                options.program = Program::Code(code);
                options.python.argv = rest("-c".into(), &mut parser)?;
                break;
            }
            Short('m') => {
                let name = parser.value().map_err(|_| "Argument expected for the -m option".to_owned())?;
                let name = name.into_string().map_err(|_| "the argument of -m is not UTF-8".to_owned())?;
                options.program = Program::Module(name);
                options.python.argv = rest("-m".into(), &mut parser)?;
                break;
            }
            Long("jit") => options.jit = jit_mode(&value(&mut parser, "--jit")?)?,
            Long("jit-threshold") => {
                options.jit_threshold = Some(threshold(&value(&mut parser, "--jit-threshold")?)?)
            }
            Long("jit-summary") => options.jit_summary = true,
            Long("dump") => options.dump = Some(dump(&value(&mut parser, "--dump")?)?),
            Short('W') => options.python.warnings.push(value(&mut parser, "-W")?),
            Short('X') => {
                let text = value(&mut parser, "-X")?;
                let (name, value) = match text.split_once('=') {
                    Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                    None => (text, None),
                };
                options.python.x_options.push((name, value));
            }
            Long("check-hash-based-pycs") => {
                let text = value(&mut parser, "--check-hash-based-pycs")?;
                if !["always", "default", "never"].contains(&text.as_str()) {
                    return Err(
                        "--check-hash-based-pycs must be one of 'default', 'always', or 'never'".into()
                    );
                }
            }
            Short('x') => options.skip_first_line = true,
            Short('V') | Long("version") => {
                let (major, minor, micro) = habu_stdlib::VERSION;
                let own = env!("CARGO_PKG_VERSION");
                return Ok(Parsed::Print(format!("Python {major}.{minor}.{micro} (habu {own})\n")));
            }
            Short('h') | Long("help") => return Ok(Parsed::Print(help())),
            Value(program) => {
                options.program =
                    if program == "-" { Program::Stdin } else { Program::File(PathBuf::from(&program)) };
                options.python.argv = rest(program, &mut parser)?;
                break;
            }
            Short(c) if flag(&mut options.python, c) => {}
            Short(c) => return Err(format!("unknown option -{c}")),
            Long(name) => return Err(format!("unknown option --{name}")),
        }
    }
    environment::complete(&mut options.python)?;
    Ok(Parsed::Run(Box::new(options)))
}

/// Sets what an option without a value says; false: there is no such option.
fn flag(python: &mut habu_runtime::vm::Options, option: char) -> bool {
    match option {
        'b' => python.bytes_warning += 1,
        'B' => python.dont_write_bytecode = true,
        'd' => python.debug += 1,
        'E' => python.ignore_environment = true,
        'i' => python.inspect = true,
        'I' => python.isolated = true,
        'O' => python.optimize = (python.optimize + 1).min(2),
        'P' => python.safe_path = true,
        'q' => python.quiet = true,
        'R' => {}
        's' => python.no_user_site = true,
        'S' => python.no_site = true,
        'u' => python.unbuffered = true,
        'v' => python.verbose += 1,
        _ => return false,
    }
    true
}

/// The program's name and what is left of the arguments, taken as they are.
fn rest(first: OsString, parser: &mut lexopt::Parser) -> Result<Vec<OsString>, String> {
    let mut argv = vec![first];
    argv.extend(parser.raw_args().map_err(|e| e.to_string())?);
    Ok(argv)
}

fn value(parser: &mut lexopt::Parser, option: &str) -> Result<String, String> {
    let value = parser.value().map_err(|_| format!("Argument expected for the {option} option"))?;
    value.into_string().map_err(|_| format!("the argument of {option} is not UTF-8"))
}

fn jit_mode(text: &str) -> Result<JitMode, String> {
    match text {
        "auto" => Ok(JitMode::Auto),
        "off" => Ok(JitMode::Off),
        "stress" => Ok(JitMode::Stress),
        _ => Err(format!("--jit={text}: expected auto, off or stress")),
    }
}

fn threshold(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(n) if n > 0 => Ok(n),
        _ => Err(format!("--jit-threshold={text}: expected a positive number")),
    }
}

fn dump(text: &str) -> Result<Dump, String> {
    let (kind, function) = match text.split_once(':') {
        Some((kind, function)) => (kind, Some(function.to_owned())),
        None => (text, None),
    };
    match DumpKind::ALL.iter().find(|(name, _)| *name == kind) {
        Some((_, kind)) => Ok(Dump { kind: *kind, function }),
        None => {
            let names: Vec<&str> = DumpKind::ALL.iter().map(|(name, _)| *name).collect();
            Err(format!("--dump={text}: expected one of {}", names.join(", ")))
        }
    }
}

/// `HABU_GC` is read by the collector, `HABU_PERF_MAP` by the tier; here only their form is checked.
fn check_environment() -> Result<(), String> {
    if std::env::var_os("HABU_PERF_MAP").is_some_and(|v| v != "1" && v != "0" && !v.is_empty()) {
        return Err("HABU_PERF_MAP: expected 0 or 1".to_owned());
    }
    let Some(text) = std::env::var_os("HABU_GC") else { return Ok(()) };
    let text = text.to_string_lossy().into_owned();
    let well_formed = match text.split_once(':') {
        None => matches!(text.as_str(), "" | "stats" | "stress"),
        Some((mode, n)) => mode == "stress" && n.parse::<u32>().is_ok_and(|n| n > 0),
    };
    if well_formed { Ok(()) } else { Err(format!("HABU_GC={text}: expected stats, stress or stress:N")) }
}
