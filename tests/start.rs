//! Starting up: options that Python knows, the environment, `site`, what can be run, and bytecode files.

#[path = "common/process.rs"]
mod process;

use process::{Finished, finish, habu_command};
use std::path::{Path, PathBuf};
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(60);

/// A folder of its own for one test, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Scratch {
        let path = std::env::temp_dir().join(format!("habu-start-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("the temporary folder is writable");
        Scratch(path.canonicalize().expect("the folder exists"))
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().expect("a file in the folder")).expect("writable");
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

fn run_in(folder: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> Finished {
    let mut command = habu_command();
    command.current_dir(folder).args(arguments);
    for (name, value) in environment {
        command.env(name, value);
    }
    finish(&mut command, b"", LIMIT)
}

#[track_caller]
fn expect(finished: &Finished, stdout: &str) {
    assert_eq!((finished.status, finished.stdout.as_str()), (Some(0), stdout), "stderr: {}", finished.stderr);
}

#[test]
fn options_show_in_sys_flags() {
    let program = "import sys; f = sys.flags; print(*(n for n in dir(f) if not n.startswith(('_', 'n_', 'count', 'index')) \
                   and n not in ('int_max_str_digits', 'hash_randomization', 'gil') and getattr(f, n)))";
    let here = Path::new("/");
    for (arguments, shown) in [
        (&["-c", program][..], "\n"),
        (&["-I", "-c", program], "ignore_environment isolated no_user_site safe_path\n"),
        (&["-E", "-s", "-P", "-c", program], "ignore_environment no_user_site safe_path\n"),
        (&["-SBbqOOd", "-c", program], "bytes_warning debug dont_write_bytecode no_site optimize quiet\n"),
        (&["-Xdev", "-X", "warn_default_encoding", "-c", program], "dev_mode warn_default_encoding\n"),
    ] {
        expect(&run_in(here, &[], arguments), shown);
    }
    let program =
        "import sys; print(sys.warnoptions, sys._xoptions, sys.flags.int_max_str_digits, sys.pycache_prefix)";
    let arguments = [
        "-W",
        "ignore",
        "-Werror::UserWarning",
        "-X",
        "a=b",
        "-Xc",
        "-Xint_max_str_digits=700",
        "-Xpycache_prefix=/x",
    ];
    let mut all = arguments.to_vec();
    all.extend(["-c", program]);
    let shown = "['ignore', 'error::UserWarning'] {'a': 'b', 'c': True, 'int_max_str_digits': '700', \
                 'pycache_prefix': '/x'} 700 /x\n";
    expect(&run_in(here, &[], &all), shown);
    expect(&run_in(here, &[], &["-O", "-c", "assert False; print(__debug__)"]), "False\n");
    expect(&run_in(here, &[], &["-OO", "-c", "def f():\n  'doc'\nprint(f.__doc__)"]), "None\n");
    let finished = run_in(here, &[], &["-W", "error", "-c", "import warnings; warnings.warn('w')"]);
    assert!(finished.stderr.ends_with("UserWarning: w\n"), "{}", finished.stderr);
    assert_eq!(run_in(here, &[], &["-X", "int_max_str_digits=5", "-c", ""]).status, Some(2));
}

#[test]
fn the_environment_counts_unless_it_is_ignored() {
    let here = Path::new("/");
    let program = "import sys; f = sys.flags; print(f.optimize, f.dont_write_bytecode, f.no_user_site, f.verbose, \
                   f.hash_randomization, f.safe_path, sys.warnoptions, sys.pycache_prefix, '/of/path' in sys.path)";
    let environment = [
        ("PYTHONOPTIMIZE", "2"),
        ("PYTHONDONTWRITEBYTECODE", "x"),
        ("PYTHONNOUSERSITE", "1"),
        ("PYTHONHASHSEED", "0"),
        ("PYTHONSAFEPATH", "1"),
        ("PYTHONWARNINGS", "ignore,error"),
        ("PYTHONPYCACHEPREFIX", "/p"),
        ("PYTHONPATH", "/of/path"),
    ];
    expect(&run_in(here, &environment, &["-c", program]), "2 1 1 0 0 True ['ignore', 'error'] /p True\n");
    expect(&run_in(here, &environment, &["-E", "-c", program]), "0 0 0 0 1 False [] None False\n");
    expect(&run_in(here, &environment, &["-I", "-c", program]), "0 0 1 0 1 True [] None False\n");
    let hash = |seed: &str| run_in(here, &[("PYTHONHASHSEED", seed)], &["-c", "print(hash('text'))"]).stdout;
    assert_eq!(hash("7"), hash("7"));
    assert_ne!(hash("7"), hash("8"));
    let finished = run_in(here, &[("PYTHONHASHSEED", "x")], &["-c", ""]);
    assert_eq!(finished.status, Some(2));
    assert!(finished.stderr.contains("PYTHONHASHSEED must be"), "{}", finished.stderr);
}

#[test]
fn the_first_entry_of_the_path() {
    let scratch = Scratch::new("path");
    let folder = scratch.0.display().to_string();
    let script = scratch.file("sub/main.py", "import sys; print(sys.path[0])");
    let script = script.to_str().expect("a readable path");
    expect(&run_in(&scratch.0, &[], &[script]), &format!("{folder}/sub\n"));
    expect(&run_in(&scratch.0, &[], &["sub/main.py"]), &format!("{folder}/sub\n"));
    std::os::unix::fs::symlink(script, scratch.0.join("link.py")).expect("a link");
    expect(&run_in(&scratch.0, &[], &["link.py"]), &format!("{folder}/sub\n"));
    expect(&run_in(&scratch.0, &[], &["-c", "import sys; print(repr(sys.path[0]))"]), "''\n");
    expect(&run_in(&scratch.0, &[], &["-m", "sub.main"]), &format!("{folder}\n"));
    let program = "import sys; print(any(p in ('', sys.argv[1]) for p in sys.path))";
    expect(&run_in(&scratch.0, &[], &["-P", "-c", program, &folder]), "False\n");
}

#[test]
fn folders_zip_files_and_packages_run() {
    let scratch = Scratch::new("run");
    let text = "import sys\nfrom helper import word\n\
                print(word, __name__, repr(__package__), sys.argv[1:], __spec__.name, sys.path[0] == sys.argv[0])\n";
    scratch.file("folder/__main__.py", text);
    scratch.file("folder/helper.py", "word = 'helped'\n");
    expect(&run_in(&scratch.0, &[], &["folder", "a"]), "helped __main__ '' ['a'] __main__ True\n");
    let pack = "import zipfile, sys\nwith zipfile.ZipFile('made.zip', 'w') as z:\n  for n in ('__main__.py', 'helper.py'):\n    \
                z.write('folder/' + n, n)\n";
    expect(&run_in(&scratch.0, &[], &["-c", pack]), "");
    expect(&run_in(&scratch.0, &[], &["made.zip", "b"]), "helped __main__ '' ['b'] __main__ True\n");
    let imports =
        "import sys; sys.path.insert(0, 'made.zip'); import helper; print(helper.word, helper.__loader__)";
    expect(&run_in(&scratch.0, &[], &["-c", imports]), "helped <zipimporter object \"made.zip/\">\n");
    scratch.file("pack/__init__.py", "print('init')\n");
    scratch.file("pack/__main__.py", "print(__name__, __package__, __spec__.name)\n");
    expect(&run_in(&scratch.0, &[], &["-m", "pack"]), "init\n__main__ pack pack.__main__\n");
    scratch.file("empty/x.py", "");
    let finished = run_in(&scratch.0, &[], &["empty"]);
    assert_eq!(finished.status, Some(1));
    assert!(finished.stderr.ends_with("can't find '__main__' module in 'empty'\n"), "{}", finished.stderr);
    let finished = run_in(&scratch.0, &[], &["-m", "pack.nothing"]);
    assert!(finished.stderr.ends_with("No module named pack.nothing\n"), "{}", finished.stderr);
}

#[test]
fn site_finishes_the_start() {
    let here = Path::new("/");
    let program =
        "import builtins; print(all(hasattr(builtins, n) for n in ('exit', 'quit', 'help', 'license')))";
    expect(&run_in(here, &[], &["-c", program]), "True\n");
    expect(&run_in(here, &[], &["-S", "-c", program]), "False\n");
    assert_eq!(run_in(here, &[], &["-c", "exit(3)"]).status, Some(3));
    let scratch = Scratch::new("site");
    let base = scratch.0.display().to_string();
    scratch.file("lib/python3.14/site-packages/user_one.py", "value = 1\n");
    scratch
        .file("lib/python3.14/site-packages/extra.pth", "../../../more\nimport sys; sys.from_pth = True\n");
    scratch.file("more/from_more.py", "value = 2\n");
    let program = "import sys, user_one, from_more; print(user_one.value + from_more.value, sys.from_pth)";
    expect(&run_in(here, &[("PYTHONUSERBASE", &base)], &["-c", program]), "3 True\n");
    for option in ["-s", "-I", "-S"] {
        let finished = run_in(here, &[("PYTHONUSERBASE", &base)], &[option, "-c", program]);
        assert!(finished.stderr.ends_with("No module named 'user_one'\n"), "{option}: {}", finished.stderr);
    }
}

#[test]
fn a_virtual_environment_has_its_own_packages() {
    let scratch = Scratch::new("venv");
    let real = process::habu_path().canonicalize().expect("the binary exists");
    scratch.file("env/pyvenv.cfg", &format!("home = {}\n", real.parent().expect("a folder").display()));
    scratch.file("env/lib/python3.14/site-packages/in_env.py", "where = 'env'\n");
    std::fs::create_dir_all(scratch.0.join("env/bin")).expect("writable");
    let link = scratch.0.join("env/bin/habu");
    std::os::unix::fs::symlink(&real, &link).expect("a link");
    let program = "import sys, in_env, json\nprint(in_env.where, sys.prefix == sys.argv[1], sys.prefix != sys.base_prefix, \
                   sys.executable == sys.argv[1] + '/bin/habu')";
    let mut command = std::process::Command::new(&link);
    command.env_remove("PYTHONPATH").args(["-c", program]).arg(scratch.0.join("env"));
    expect(&finish(&mut command, b"", LIMIT), "env True True True\n");
}

/// The bytecode files under a folder.
fn bytecode_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(bytecode_files(&path));
        } else if path.extension().is_some_and(|e| e != "py") {
            found.push(path);
        }
    }
    found
}

#[test]
fn bytecode_files_are_made_used_and_renewed() {
    let scratch = Scratch::new("cache");
    let module = scratch.file("module.py", "def f(): return 'first'\n");
    let run = |arguments: &[&str]| {
        let mut all = arguments.to_vec();
        all.extend(["-c", "import module; print(module.f(), module.__cached__)"]);
        run_in(&scratch.0, &[], &all).stdout.split(' ').next().unwrap_or_default().to_owned()
    };
    assert_eq!(run(&["-B"]), "first");
    assert!(bytecode_files(&scratch.0).is_empty());
    assert_eq!(run(&[]), "first");
    let files = bytecode_files(&scratch.0);
    assert_eq!(files, [scratch.0.join("__pycache__/module.habu-314.pyc")]);
    let made = std::fs::read(&files[0]).expect("a readable file");
    // The same time and size: the bytecode file counts, not the source.
    let stamp = std::fs::metadata(&module).and_then(|m| m.modified()).expect("a time");
    let rewrite = |text: &str| {
        std::fs::write(&module, text).expect("writable");
        let file = std::fs::File::options().write(true).open(&module).expect("writable");
        file.set_modified(stamp).expect("a time can be set");
    };
    rewrite("def f(): return 'other'\n");
    assert_eq!(run(&[]), "first");
    // Of another size: made again.
    rewrite("def f(): return 'third one'\n");
    assert_eq!(run(&[]), "third");
    rewrite("def f(): return 'other'\n");
    for damaged in [&made[..made.len() / 2], &made[..10], b"", b"nonsense of some length"] {
        std::fs::write(&files[0], damaged).expect("writable");
        assert_eq!(run(&[]), "other", "{} bytes", damaged.len());
    }
    let mut changed = made.clone();
    let middle = changed.len() - 20;
    changed[middle] ^= 0x55;
    std::fs::write(&files[0], &changed).expect("writable");
    assert_eq!(run(&[]), "other");
    assert_eq!(bytecode_files(&scratch.0), files, "nothing else is left behind");
    // importlib's own code reads and writes the same files.
    let program = "import importlib.util as u, module\nloader = module.__loader__\n\
                   print(u.cache_from_source(module.__file__) == module.__cached__, loader.get_code('module').co_name, \
                   open(module.__cached__, 'rb').read(4) == u.MAGIC_NUMBER)\n\
                   import py_compile; print(py_compile.compile('module.py', doraise=True))";
    expect(
        &run_in(&scratch.0, &[], &["-c", program]),
        "True <module> True\n__pycache__/module.habu-314.pyc\n",
    );
    assert_eq!(run(&[]), "other");
    assert_eq!(run(&["-O"]), "other");
    assert!(scratch.0.join("__pycache__/module.habu-314.opt-1.pyc").exists());
    let elsewhere = scratch.0.join("elsewhere");
    let prefix = format!("pycache_prefix={}", elsewhere.display());
    assert_eq!(run(&["-X", &prefix]), "other");
    assert_eq!(bytecode_files(&elsewhere).len(), 1);
}

#[test]
fn import_times_are_told() {
    let finished = run_in(Path::new("/"), &[], &["-X", "importtime", "-c", "import json"]);
    let lines: Vec<&str> = finished.stderr.lines().collect();
    assert_eq!(lines.first(), Some(&"import time: self [us] | cumulative | imported package"));
    assert!(lines.iter().any(|l| l.ends_with("|   json.decoder")), "{}", finished.stderr);
    assert!(lines.last().is_some_and(|l| l.ends_with("| json")), "{}", finished.stderr);
}
