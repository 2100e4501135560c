//! The command-line options: one table from which parsing and `--help` derive.

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
    /// `sys.argv`, the program's name first.
    pub argv: Vec<OsString>,
    pub jit: JitMode,
    pub jit_threshold: Option<u32>,
    pub jit_summary: bool,
    pub dump: Option<Dump>,
    pub stdlib: Option<PathBuf>,
    pub optimize: u8,
    pub isolated: bool,
    pub no_site: bool,
    pub unbuffered: bool,
    pub verbose: u8,
    pub inspect: bool,
    pub dont_write_bytecode: bool,
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
    (Some('O'), None, None, "drop asserts (-OO: docstrings too)"),
    (Some('S'), None, None, "do not import site at start"),
    (Some('I'), None, None, "isolated: ignore the environment and the user's packages"),
    (Some('E'), None, None, "ignore PYTHON* environment variables"),
    (Some('B'), None, None, "write no bytecode files"),
    (Some('u'), None, None, "unbuffered output"),
    (Some('v'), None, None, "say what is imported"),
    (Some('i'), None, None, "stay interactive after the program"),
    (Some('V'), Some("version"), None, "print the version"),
    (Some('h'), Some("help"), None, "print this text"),
];

const ENVIRONMENT: &[(&str, &str)] = &[
    ("HABU_GC=stats", "print counts and times of collections at exit"),
    ("HABU_GC=stress[:N]", "collect at every N-th allocation and verify the heap"),
    ("HABU_PERF_MAP=1", "tell profilers of native code in /tmp/perf-PID.map"),
    ("HABU_STDLIB=DIR", "take the pure-Python library from DIR"),
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
    let mut options = Options {
        program: Program::Stdin,
        argv: vec![OsString::new()],
        jit: JitMode::Auto,
        jit_threshold: None,
        jit_summary: false,
        dump: None,
        stdlib: std::env::var_os("HABU_STDLIB").map(PathBuf::from),
        optimize: 0,
        isolated: false,
        no_site: false,
        unbuffered: false,
        verbose: 0,
        inspect: false,
        dont_write_bytecode: false,
    };
    check_environment()?;
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next().map_err(|e| e.to_string())? {
        match arg {
            Short('c') => {
                let code = parser.value().map_err(|_| "Argument expected for the -c option".to_owned())?;
                let code = code.into_string().map_err(|_| "the argument of -c is not UTF-8".to_owned())?;
                options.program = Program::Code(code);
                options.argv = rest("-c".into(), &mut parser)?;
                break;
            }
            Short('m') => {
                let name = parser.value().map_err(|_| "Argument expected for the -m option".to_owned())?;
                let name = name.into_string().map_err(|_| "the argument of -m is not UTF-8".to_owned())?;
                options.program = Program::Module(name);
                options.argv = rest("-m".into(), &mut parser)?;
                break;
            }
            Long("jit") => options.jit = jit_mode(&value(&mut parser, "--jit")?)?,
            Long("jit-threshold") => {
                options.jit_threshold = Some(threshold(&value(&mut parser, "--jit-threshold")?)?)
            }
            Long("jit-summary") => options.jit_summary = true,
            Long("dump") => options.dump = Some(dump(&value(&mut parser, "--dump")?)?),
            Short('O') => options.optimize = (options.optimize + 1).min(2),
            Short('S') => options.no_site = true,
            Short('I') => options.isolated = true,
            // PYTHON* variables are not read yet, so there is nothing to ignore.
            Short('E') => {}
            Short('B') => options.dont_write_bytecode = true,
            Short('u') => options.unbuffered = true,
            Short('v') => options.verbose += 1,
            Short('i') => options.inspect = true,
            Short('V') | Long("version") => {
                return Ok(Parsed::Print(format!("Python 3.14.0 (habu {})\n", env!("CARGO_PKG_VERSION"))));
            }
            Short('h') | Long("help") => return Ok(Parsed::Print(help())),
            Value(program) => {
                options.program =
                    if program == "-" { Program::Stdin } else { Program::File(PathBuf::from(&program)) };
                options.argv = rest(program, &mut parser)?;
                break;
            }
            Short(c) => return Err(format!("unknown option -{c}")),
            Long(name) => return Err(format!("unknown option --{name}")),
        }
    }
    Ok(Parsed::Run(Box::new(options)))
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
