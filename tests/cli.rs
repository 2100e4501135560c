//! The command line: usage errors, the ways to give a program, exit statuses, signals, fork, and the views.

#[path = "common/process.rs"]
mod process;
#[path = "common/root.rs"]
mod root;

use process::{Finished, finish, habu_command};
use root::root;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_secs(60);

/// Every way to choose when code is compiled.
const JIT_MODES: [&[&str]; 4] = [&["--jit=off"], &["--jit-threshold=1"], &[], &["--jit=stress"]];

fn run(arguments: &[&str]) -> Finished {
    run_with_input(arguments, "")
}

fn run_with_input(arguments: &[&str], input: &str) -> Finished {
    finish(habu_command().args(arguments), input.as_bytes(), LIMIT)
}

#[track_caller]
fn expect(finished: &Finished, status: i32, stdout: &str, stderr: &str) {
    let got = (finished.status, finished.stdout.as_str(), finished.stderr.as_str());
    assert_eq!(got, (Some(status), stdout, stderr));
}

/// A usage error: status 2, nothing on standard output, and a text that holds every one of `words`.
#[track_caller]
fn expect_usage_error(finished: &Finished, words: &[&str]) {
    assert_eq!(finished.status, Some(2), "stderr: {}", finished.stderr);
    assert_eq!(finished.stdout, "");
    for word in words {
        assert!(finished.stderr.contains(word), "no {word:?} in: {}", finished.stderr);
    }
    assert!(!finished.stderr.contains("panicked"), "{}", finished.stderr);
}

/// A folder of its own for one test, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Scratch {
        let path = std::env::temp_dir().join(format!("habu-cli-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("the temporary folder is writable");
        Scratch(path)
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).expect("the temporary folder is writable");
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A folder left behind in the temporary directory harms nobody.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn usage_errors_exit_with_2_and_say_what_is_wrong() {
    expect_usage_error(&run(&["--frobnicate", "x.py"]), &["--frobnicate"]);
    expect_usage_error(&run(&["-Z"]), &["-Z"]);
    expect_usage_error(&run(&["-c"]), &["Argument expected for the -c option"]);
    expect_usage_error(&run(&["-m"]), &["Argument expected for the -m option"]);
    expect_usage_error(&run(&["--jit=banana", "-c", "1"]), &["banana", "auto", "off", "stress"]);
    expect_usage_error(&run(&["--jit-threshold=many", "-c", "1"]), &["many", "--jit-threshold"]);
    expect_usage_error(&run(&["--jit-threshold"]), &["--jit-threshold"]);
    expect_usage_error(&run(&["--jit-threshold=-5", "-c", "1"]), &["-5"]);
    expect_usage_error(
        &run(&["--dump=soup", "-c", "1"]),
        &["soup", "tokens", "ast", "bytecode", "hir", "clif", "asm"],
    );
}

#[test]
fn a_bad_environment_is_a_usage_error() {
    let finished = finish(habu_command().env("HABU_GC", "sometimes").args(["-c", "print(1)"]), b"", LIMIT);
    expect_usage_error(&finished, &["HABU_GC", "sometimes"]);
    let finished = finish(habu_command().env("HABU_GC", "stress:zero").args(["-c", "print(1)"]), b"", LIMIT);
    expect_usage_error(&finished, &["HABU_GC", "stress:zero"]);
}

#[test]
fn gc_stress_comes_from_the_environment() {
    let program = "print(sum(len([i, [i]]) for i in range(200)))";
    for value in ["stress", "stress:1", "stress:50"] {
        expect(
            &finish(habu_command().env("HABU_GC", value).args(["-c", program]), b"", LIMIT),
            0,
            "400\n",
            "",
        );
    }
}

#[test]
fn the_threshold_takes_its_value_either_way() {
    expect(&run(&["--jit-threshold", "5", "-c", "print(1)"]), 0, "1\n", "");
    expect(&run(&["--jit-threshold=5", "-c", "print(2)"]), 0, "2\n", "");
}

#[test]
fn code_from_the_command_line() {
    expect(&run(&["-c", "print('hello')"]), 0, "hello\n", "");
    expect(
        &run(&["-c", "import sys\nprint(sys.argv, __name__)", "a", "-b", "--jit=off"]),
        0,
        "['-c', 'a', '-b', '--jit=off'] __main__\n",
        "",
    );
    let traceback = "Traceback (most recent call last):\n  File \"<string>\", line 3, in <module>\n    f()\n    ~^^\n  \
                     File \"<string>\", line 2, in f\n    return 1/0\n           ~^~\nZeroDivisionError: division by zero\n";
    expect(&run(&["-c", "def f():\n    return 1/0\nf()"]), 1, "", traceback);
    let error = "  File \"<string>\", line 1\n    x =\n       ^\nSyntaxError: invalid syntax\n";
    expect(&run(&["-c", "x ="]), 1, "", error);
}

#[test]
fn code_from_standard_input() {
    expect(&run_with_input(&["-", "a", "b"], "import sys\nprint(sys.argv)\n"), 0, "['-', 'a', 'b']\n", "");
    expect(&run_with_input(&[], "import sys\nprint(sys.argv, __name__)\n"), 0, "[''] __main__\n", "");
    let finished = run_with_input(&["-"], "print('before')\n1/0\n");
    assert_eq!((finished.status, finished.stdout.as_str()), (Some(1), "before\n"));
    let start = "Traceback (most recent call last):\n  File \"<stdin>\", line 2, in <module>\n";
    assert!(finished.stderr.starts_with(start), "{}", finished.stderr);
    assert!(finished.stderr.ends_with("ZeroDivisionError: division by zero\n"), "{}", finished.stderr);
}

#[test]
fn a_script_sees_its_arguments_and_its_folder() {
    let scratch = Scratch::new("script");
    scratch.file("neighbour.py", "value = 42\n");
    let text =
        "import sys, neighbour\nprint(sys.argv[1:], __name__, neighbour.value, __file__ == sys.argv[0])\n";
    let script = scratch.file("main.py", text);
    let script = script.to_str().expect("a readable path");
    expect(&run(&[script, "x", "--jit=off"]), 0, "['x', '--jit=off'] __main__ 42 True\n", "");
    let finished = finish(habu_command().current_dir(&scratch.0).args(["-m", "main", "y"]), b"", LIMIT);
    expect(&finished, 0, "['y'] __main__ 42 True\n", "");
}

#[test]
fn what_is_missing_is_named() {
    let scratch = Scratch::new("missing");
    let folder = scratch.0.canonicalize().expect("the folder exists");
    let finished = finish(habu_command().current_dir(&folder).arg("none.py"), b"", LIMIT);
    let text = format!(
        "can't open file '{}': [Errno 2] No such file or directory\n",
        folder.join("none.py").display()
    );
    expect(&finished, 2, "", &format!("habu: {text}"));
    let finished = finish(habu_command().current_dir(&folder).args(["-m", "no_such_module"]), b"", LIMIT);
    assert_eq!((finished.status, finished.stdout.as_str()), (Some(1), ""));
    assert!(finished.stderr.ends_with("No module named no_such_module\n"), "{}", finished.stderr);
}

#[test]
fn a_source_that_cannot_be_read_is_an_error_not_a_crash() {
    let scratch = Scratch::new("bytes");
    let path = scratch.0.join("bytes.py");
    std::fs::write(&path, b"x = '\xff'\n").expect("the temporary folder is writable");
    let finished = run(&[path.to_str().expect("a readable path")]);
    assert_eq!(finished.status, Some(1), "{}", finished.stderr);
    assert!(finished.stderr.contains("SyntaxError"), "{}", finished.stderr);
    let null = scratch.file("null.py", "x = 1\0\n");
    let finished = run(&[null.to_str().expect("a readable path")]);
    assert_eq!(finished.status, Some(1), "{}", finished.stderr);
    assert!(finished.stderr.contains("source code cannot contain null bytes"), "{}", finished.stderr);
    // Lines are read one after the other: what is wrong with the first is said.
    for (bytes, text) in [
        (&b"#\x00\n#\xfd\n"[..], "line 1\n    #\nSyntaxError: source code cannot contain null bytes"),
        (&b"#\xfd\n#\x00\n"[..], "SyntaxError: Non-UTF-8 code starting with '\\xfd'"),
    ] {
        std::fs::write(&path, bytes).expect("the temporary folder is writable");
        let finished = run(&[path.to_str().expect("a readable path")]);
        assert!(finished.stderr.contains(text), "{}", finished.stderr);
    }
}

#[test]
fn system_exit_gives_the_status() {
    for (code, status, stderr) in [
        ("", 0, ""),
        ("None", 0, ""),
        ("0", 0, ""),
        ("3", 3, ""),
        ("True", 1, ""),
        ("256", 0, ""),
        ("-1", 255, ""),
        ("'a text'", 1, "a text\n"),
        ("(1, 2)", 1, "(1, 2)\n"),
        ("2.5", 1, "2.5\n"),
    ] {
        expect(
            &run(&["-c", &format!("import sys; print('out'); sys.exit({code})")]),
            status,
            "out\n",
            stderr,
        );
    }
    expect(&run(&["-c", "raise SystemExit"]), 0, "", "");
    expect(&run(&["-c", "raise SystemExit('bye')"]), 1, "", "bye\n");
}

#[test]
fn output_is_complete_at_exit() {
    let finished = run(&["-c", "for i in range(20000): print(i)"]);
    assert_eq!(finished.status, Some(0));
    assert_eq!(finished.stdout.lines().count(), 20000);
    let finished = run(&["-c", "import sys\nsys.stdout.write('no newline')\nsys.stderr.write('err')"]);
    expect(&finished, 0, "no newline", "err");
}

/// Starts a program, waits until it prints "ready", lets its loop get hot, interrupts it, and waits for its end.
///
/// The program asks for the handler itself: where the tests run as a background job, interrupts are ignored, and
/// that is inherited.
#[cfg(unix)]
fn interrupt(options: &[&str], program: &str) -> (Option<i32>, String, String, Duration) {
    use std::os::unix::process::ExitStatusExt;
    let program =
        format!("import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n{program}");
    let mut child = habu_command()
        .args(options)
        .args(["-c", &program])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("habu starts");
    let mut stdout = BufReader::new(child.stdout.take().expect("stdout is a pipe"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("habu writes text");
    assert_eq!(line, "ready\n");
    std::thread::sleep(Duration::from_millis(400));
    let sent = Instant::now();
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(killed.success(), "the program ended before it was interrupted");
    while child.try_wait().expect("the child is ours").is_none() {
        if sent.elapsed() > Duration::from_secs(10) {
            child.kill().expect("the child is ours");
            panic!("still running 10 seconds after the interrupt: {options:?}");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let took = sent.elapsed();
    let status = child.wait().expect("the child is ours");
    let (mut out, mut err) = (String::new(), String::new());
    stdout.read_to_string(&mut out).expect("habu writes text");
    child.stderr.take().expect("stderr is a pipe").read_to_string(&mut err).expect("habu writes text");
    (status.code().or(status.signal().map(|signal| -signal)), out, err, took)
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_a_hot_loop() {
    let loops = [
        "def f():\n    i = 0\n    while True:\n        i = (i + 1) & 0xFFFF\nprint('ready', flush=True)\nf()",
        "print('ready', flush=True)\nx = 0\nwhile True:\n    x = x + 1 & 0xFF",
        "def g(n):\n    return n + 1\ndef f():\n    t = 0.0\n    for i in range(10**15):\n        t = g(t)\nprint('ready', flush=True)\nf()",
        "print('ready', flush=True)\nwhile True:\n    pass",
    ];
    for options in JIT_MODES {
        for program in loops {
            let (status, out, err, took) = interrupt(options, program);
            assert_eq!(status, Some(-2), "{options:?}: {err}");
            assert_eq!(out, "");
            assert!(err.starts_with("Traceback (most recent call last):\n"), "{options:?}: {err}");
            assert!(err.ends_with("\nKeyboardInterrupt\n"), "{options:?}: {err}");
            assert!(took < Duration::from_secs(3), "{options:?}: took {took:?}");
        }
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_can_be_caught() {
    let program = "def f():\n    i = 0\n    try:\n        while True:\n            i += 1\n    except KeyboardInterrupt:\n        return i > 1000\n    finally:\n        print('finally')\nprint('ready', flush=True)\nprint(f())";
    for options in JIT_MODES {
        let (status, out, err, _) = interrupt(options, program);
        assert_eq!((status, out.as_str(), err.as_str()), (Some(0), "finally\nTrue\n", ""), "{options:?}");
    }
}

#[cfg(unix)]
#[test]
fn fork_while_hot() {
    let scratch = Scratch::new("fork");
    let script = scratch.file(
        "forks.py",
        "import os\n\
         def work(n):\n    t = 0\n    for i in range(n):\n        t += i * i % 7\n    return t\n\
         expected = work(3000)\n\
         ok = 0\n\
         for round in range(12):\n\
         \x20   for i in range(round * 40):\n        work(20)\n\
         \x20   pid = os.fork()\n\
         \x20   if pid == 0:\n        os._exit(7 if all(work(3000) == expected for _ in range(5)) else 1)\n\
         \x20   work(3000)\n\
         \x20   _, status = os.waitpid(pid, 0)\n\
         \x20   ok += os.waitstatus_to_exitcode(status) == 7\n\
         print(ok, work(3000) == expected)\n",
    );
    let script = script.to_str().expect("a readable path");
    for options in JIT_MODES {
        let mut arguments = options.to_vec();
        arguments.push(script);
        expect(&run(&arguments), 0, "12 True\n", "");
    }
}

/// A signal from outside arrives in native code: in a loop, and in one that calls.
#[cfg(unix)]
#[test]
fn an_interrupt_ends_a_native_loop() {
    for what in ["i", "one(i)"] {
        let program = format!(
            "def one(n):\n    return n + 1\n\
             def spin():\n    t = 0\n    print('ready', flush=True)\n\
             \x20   while True:\n        for i in range(1000):\n            t += {what}\n\
             try:\n    spin()\n\
             except KeyboardInterrupt as error:\n\
             \x20   print('stopped in', error.__traceback__.tb_next.tb_frame.f_code.co_name)\n"
        );
        for options in JIT_MODES {
            let (status, out, err, _) = interrupt(options, &program);
            assert_eq!(
                (status, out.as_str(), err.as_str()),
                (Some(0), "stopped in spin\n", ""),
                "{options:?} {what}"
            );
        }
    }
}

const DUMPED: &str = "def compute(n):\n    total = 0\n    for i in range(n):\n        total += i * 2\n    return total\n\ndef other_one(x):\n    return x\n\nprint(compute(20000), other_one(1))\n";

/// A fatal signal says where the program was, and still ends the process.
#[test]
fn the_fault_handler_shows_where() {
    for (option, name, text, signal) in [
        ("faulthandler", "_sigsegv", "Segmentation fault", libc::SIGSEGV),
        ("dev", "_sigabrt", "Aborted", libc::SIGABRT),
    ] {
        let program = format!("import faulthandler\ndef f():\n    faulthandler.{name}()\nf()\n");
        let finished = run(&["-X", option, "-c", &program]);
        let lines: Vec<&str> = finished.stderr.lines().collect();
        assert_eq!(
            lines.first(),
            Some(&format!("Fatal Python error: {text}").as_str()),
            "{}",
            finished.stderr
        );
        let frames: Vec<&&str> = lines.iter().filter(|line| line.starts_with("  File")).collect();
        assert_eq!(frames, [&"  File \"<string>\", line 3 in f", &"  File \"<string>\", line 4 in <module>"]);
        assert_eq!(finished.status, Some(-signal));
    }
}

#[test]
fn the_dumps_show_something() {
    let scratch = Scratch::new("dump");
    let script = scratch.file("dumped.py", DUMPED);
    let script = script.to_str().expect("a readable path");
    for kind in ["tokens", "ast", "bytecode", "hir", "clif", "asm"] {
        let finished = run(&[&format!("--dump={kind}"), script]);
        assert_eq!(finished.status, Some(0), "{kind}: {}", finished.stderr);
        let text = finished.stdout + &finished.stderr;
        assert!(text.contains("compute"), "{kind}: {text}");
        assert!(text.lines().count() > 5, "{kind}: {text}");
    }
}

#[test]
fn a_dump_can_name_one_function() {
    let scratch = Scratch::new("dump-one");
    let script = scratch.file("dumped.py", DUMPED);
    let script = script.to_str().expect("a readable path");
    for kind in ["bytecode", "hir", "clif", "asm"] {
        let finished = run(&[&format!("--dump={kind}:compute"), script]);
        assert_eq!(finished.status, Some(0), "{kind}: {}", finished.stderr);
        let text = finished.stdout + &finished.stderr;
        assert!(text.contains("compute") && !text.contains("other_one"), "{kind}: {text}");
    }
}

#[test]
fn a_dump_of_a_wrong_program_is_its_error() {
    for kind in ["tokens", "ast", "bytecode"] {
        let finished = run(&[&format!("--dump={kind}"), "-c", "x = 'abc"]);
        assert_eq!(finished.status, Some(1), "{kind}");
        assert!(
            finished.stderr.contains("SyntaxError: unterminated string literal"),
            "{kind}: {}",
            finished.stderr
        );
    }
}

#[test]
fn the_summary_goes_to_standard_error() {
    let scratch = Scratch::new("summary");
    let script = scratch.file("hot.py", DUMPED);
    let script = script.to_str().expect("a readable path");
    let plain = run(&[script]);
    expect(&plain, 0, "399980000 1\n", "");
    let summed = run(&["--jit-summary", "--jit-threshold=50", script]);
    assert_eq!((summed.status, summed.stdout.as_str()), (Some(0), plain.stdout.as_str()));
    assert!(summed.stderr.contains("compute"), "the hot function is not named: {}", summed.stderr);
    let off = run(&["--jit-summary", "--jit=off", script]);
    assert_eq!((off.status, off.stdout.as_str()), (Some(0), plain.stdout.as_str()));
    assert!(!off.stderr.contains("panicked"), "{}", off.stderr);
}

#[test]
fn help_lists_every_documented_option() {
    let finished = run(&["--help"]);
    assert_eq!(finished.status, Some(0));
    let readme = std::fs::read_to_string(root().join("README.md")).expect("the README is readable");
    let options: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `-")?.split(['`', '=', ' ', '[']).next())
        .collect();
    assert!(options.len() > 5, "the README's table of options was not found: {options:?}");
    for option in options {
        assert!(
            finished.stdout.contains(&format!("-{option}")),
            "--help lacks -{option}:\n{}",
            finished.stdout
        );
    }
}

#[test]
fn examples_run_from_anywhere() {
    let script = root().join("examples/queens.py");
    let finished = finish(habu_command().current_dir(Path::new("/")).arg(&script).arg("6"), b"", LIMIT);
    assert_eq!((finished.status, finished.stderr.as_str()), (Some(0), ""));
    assert!(finished.stdout.ends_with("4 solutions on a board of 6 by 6\n"), "{}", finished.stdout);
}
