//! Runs every program under tests/programs and examples in six modes and compares with what CPython 3.14 printed.
//!
//! `tests/bless` records the expected output. Settings, all optional: `HABU_TEST=substring` (or a plain argument)
//! picks programs by `area/name`; `HABU_MODES=off,one,default,stress,gc,gc_native` picks modes; `HABU_TEST_TIMEOUT` is the limit
//! in seconds for one process; `HABU_TEST_JOBS` the number of processes at a time; `HABU_BIN` another binary.

#[path = "common/process.rs"]
mod process;
#[path = "common/report.rs"]
mod report;

use process::{Finished, finish, habu_command, habu_path, root};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Collect at every N-th allocation in the GC mode, unless the program says otherwise. A prime, so that the collections
/// wander over a loop's allocation sites.
const GC_INTERVAL: u32 = 101;

/// One way to run a program.
#[derive(Clone, Copy)]
struct Mode {
    name: &'static str,
    option: Option<&'static str>,
    gc_stress: bool,
    /// For the programs of this area only.
    area: Option<&'static str>,
}

const MODES: [Mode; 6] = [
    Mode { name: "off", option: Some("--jit=off"), gc_stress: false, area: None },
    Mode { name: "one", option: Some("--jit-threshold=1"), gc_stress: false, area: None },
    Mode { name: "default", option: None, gc_stress: false, area: None },
    Mode { name: "stress", option: Some("--jit=stress"), gc_stress: false, area: None },
    Mode { name: "gc", option: Some("--jit=off"), gc_stress: true, area: None },
    Mode { name: "gc_native", option: Some("--jit-threshold=1"), gc_stress: true, area: Some("jit/") },
];

/// A program, what is expected of it, and what its first line asks of the harness.
struct Program {
    /// `area/name`.
    name: String,
    /// Where it runs: tests/programs or examples.
    directory: PathBuf,
    /// Its path from there.
    source: String,
    input: Vec<u8>,
    stdout: String,
    stderr: String,
    status: i32,
    /// `# habu: slow`: left out of the GC mode.
    slow: bool,
    /// `# habu: gc=N`: its own interval in the GC mode.
    gc_interval: u32,
}

fn main() -> ExitCode {
    let settings = match Settings::read() {
        Ok(Some(settings)) => settings,
        Ok(None) => return ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("tests/programs.rs: {text}");
            return ExitCode::from(2);
        }
    };
    let loaded = discover().and_then(|programs| Ok((programs, unsupported()?)));
    let (programs, unsupported) = match loaded {
        Ok(loaded) => loaded,
        Err(text) => {
            eprintln!("tests/programs.rs: {text}");
            return ExitCode::FAILURE;
        }
    };
    for name in unsupported.keys() {
        if !programs.iter().any(|program| program.name == *name) {
            eprintln!("tests/programs/unsupported.txt: there is no program {name}");
            return ExitCode::FAILURE;
        }
    }
    let chosen: Vec<&Program> =
        programs.iter().filter(|program| program.name.contains(&settings.filter)).collect();
    let modes = settings.modes.iter().map(|mode| mode.name).collect::<Vec<_>>().join(",");
    println!("\nrunning {} programs (modes: {modes}; binary: {})", chosen.len(), habu_path().display());

    let failures = run_all(&chosen, &settings);
    let mut verdict = report::Verdict::default();
    for (program, failures) in chosen.iter().zip(&failures) {
        let all_modes = settings.modes.len() == MODES.len();
        match (unsupported.get(&program.name), failures.is_empty()) {
            (None, true) => verdict.passed += 1,
            (None, false) => verdict.failed(&program.name, failures),
            (Some(_), false) => verdict.expected += 1,
            // A reason that begins so is about a failure that does not come every time.
            (Some(reason), true) if reason.starts_with("sometimes:") => verdict.passed += 1,
            (Some(_), true) if all_modes => verdict.unexpected_pass(&program.name),
            (Some(_), true) => verdict.passed += 1,
        }
    }
    verdict.filtered = programs.len() - chosen.len();
    verdict.print();
    if verdict.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

struct Settings {
    filter: String,
    modes: Vec<Mode>,
    timeout: Duration,
    jobs: usize,
}

impl Settings {
    /// From the environment and the arguments `cargo test` hands on; `None` when only a listing was asked for.
    fn read() -> Result<Option<Settings>, String> {
        let mut filter = std::env::var("HABU_TEST").unwrap_or_default();
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--list" => return Ok(None),
                // libtest's options that take a value; they mean nothing here.
                "--test-threads" | "--format" | "--color" | "--skip" | "-Z" | "--logfile" => {
                    arguments.next();
                }
                option if option.starts_with('-') => {}
                word => filter = word.to_owned(),
            }
        }
        let modes = match std::env::var("HABU_MODES") {
            Err(_) => MODES.to_vec(),
            Ok(names) => names.split(',').map(mode_named).collect::<Result<_, _>>()?,
        };
        let cores = std::thread::available_parallelism().map_or(2, |cores| cores.get());
        Ok(Some(Settings {
            filter,
            modes,
            timeout: Duration::from_secs(number("HABU_TEST_TIMEOUT", 60)? as u64),
            jobs: number("HABU_TEST_JOBS", cores)?.max(1),
        }))
    }
}

fn mode_named(name: &str) -> Result<Mode, String> {
    let known = || MODES.iter().map(|mode| mode.name).collect::<Vec<_>>().join(", ");
    let found = MODES.iter().find(|mode| mode.name == name.trim());
    found.copied().ok_or_else(|| format!("HABU_MODES: no mode {name:?} (known: {})", known()))
}

fn number(variable: &str, default: usize) -> Result<usize, String> {
    match std::env::var(variable) {
        Err(_) => Ok(default),
        Ok(text) => text.parse().map_err(|_| format!("{variable}: not a number: {text:?}")),
    }
}

/// Every program with its record, sorted by name. A program without a record is an error: it would test nothing.
fn discover() -> Result<Vec<Program>, String> {
    let programs = root().join("tests/programs");
    let mut found = Vec::new();
    for area in sorted_entries(&programs)? {
        if area.is_dir() {
            for source in sorted_entries(&area)?.iter().filter(|path| is_python(path)) {
                found.extend(load(&programs, source, &source.with_extension(""))?);
            }
        }
    }
    let examples = root().join("examples");
    for source in sorted_entries(&examples)?.iter().filter(|path| is_python(path)) {
        let record = root().join("tests/examples").join(source.file_stem().unwrap_or_default());
        if let Some(program) = load(&examples, source, &record)? {
            found.push(Program { name: format!("examples/{}", program.name), ..program });
        }
    }
    Ok(found)
}

fn is_python(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "py")
}

fn sorted_entries(directory: &Path) -> Result<Vec<PathBuf>, String> {
    let entries =
        std::fs::read_dir(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    Ok(paths)
}

/// `None` for what is not a program but a module that programs import: its first line is `# habu: module`.
fn load(directory: &Path, source: &Path, record: &Path) -> Result<Option<Program>, String> {
    let relative = source.strip_prefix(directory).unwrap_or(source).to_string_lossy().replace('\\', "/");
    let text = std::fs::read_to_string(source).map_err(|error| format!("{relative}: {error}"))?;
    let request = text.lines().next().and_then(|line| line.strip_prefix("# habu: ")).unwrap_or_default();
    if request == "module" {
        return Ok(None);
    }
    let gc_interval = match request.strip_prefix("gc=") {
        Some(digits) => digits.parse().map_err(|_| format!("{relative}: bad first line: {request}"))?,
        None if matches!(request, "" | "slow") => GC_INTERVAL,
        None => return Err(format!("{relative}: unknown request on the first line: {request}")),
    };
    let recorded = |extension: &str| std::fs::read_to_string(with_suffix(record, extension)).ok();
    let status = match recorded(".status") {
        None => 0,
        Some(text) => text.trim().parse().map_err(|_| format!("{relative}: unreadable .status"))?,
    };
    Ok(Some(Program {
        name: relative.trim_end_matches(".py").to_owned(),
        directory: directory.to_owned(),
        input: std::fs::read(source.with_extension("in")).unwrap_or_default(),
        stdout: recorded(".out")
            .ok_or_else(|| format!("{relative} has no recorded output: run tests/bless"))?,
        stderr: recorded(".err").unwrap_or_default(),
        status,
        slow: request == "slow",
        gc_interval,
        source: relative,
    }))
}

fn with_suffix(stem: &Path, suffix: &str) -> PathBuf {
    let mut name = stem.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Programs that are known not to work yet, each with its reason.
fn unsupported() -> Result<BTreeMap<String, String>, String> {
    let text = std::fs::read_to_string(root().join("tests/programs/unsupported.txt"))
        .map_err(|error| format!("tests/programs/unsupported.txt: {error}"))?;
    let mut list = BTreeMap::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.split_once(": ") {
            Some((name, reason)) if !reason.trim().is_empty() => {
                list.insert(name.to_owned(), reason.to_owned())
            }
            _ => {
                return Err(format!(
                    "tests/programs/unsupported.txt: expected \"area/name: reason\": {line}"
                ));
            }
        };
    }
    Ok(list)
}

/// The failures of each program, in the order given.
fn run_all(programs: &[&Program], settings: &Settings) -> Vec<Vec<report::Failure>> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new((0..programs.len()).map(|_| Vec::new()).collect::<Vec<_>>());
    std::thread::scope(|scope| {
        for _ in 0..settings.jobs {
            scope.spawn(|| {
                while let Some(program) = programs.get(next.fetch_add(1, Ordering::Relaxed)).copied() {
                    let failures: Vec<_> = settings
                        .modes
                        .iter()
                        .filter_map(|mode| run_one(program, *mode, settings.timeout))
                        .collect();
                    let position = programs.iter().position(|other| std::ptr::eq(*other, program));
                    if let (Ok(mut results), Some(position)) = (results.lock(), position) {
                        results[position] = failures;
                    }
                }
            });
        }
    });
    results.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn run_one(program: &Program, mode: Mode, timeout: Duration) -> Option<report::Failure> {
    if mode.gc_stress && program.slow || mode.area.is_some_and(|area| !program.name.starts_with(area)) {
        return None;
    }
    let mut command: Command = habu_command();
    // The folders of programs stay as they are.
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command.current_dir(&program.directory);
    command.args(mode.option).arg(&program.source);
    if mode.gc_stress {
        command.env("HABU_GC", format!("stress:{}", program.gc_interval));
    }
    let mut finished: Finished = finish(&mut command, &program.input, timeout);
    // Tracebacks name the script by its absolute path, as CPython's do; the record has it relative to the directory.
    finished.stderr = finished.stderr.replace(&format!("{}/", program.directory.display()), "");
    let expected =
        report::Expected { stdout: &program.stdout, stderr: &program.stderr, status: program.status };
    report::compare(mode.name, &expected, &finished)
}
