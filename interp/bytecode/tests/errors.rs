//! Errors and warnings found while compiling, with CPython 3.14's texts and positions.

use habu_bytecode::{CompileOptions, Mode, compile_source};

/// `source`, then `message|line|column|end line|end column` (columns from 1) as CPython gives them.
const ERRORS: &[(&str, &str)] = &[
    ("def f(a,a): pass", "duplicate argument 'a' in function definition|1|9|1|10"),
    ("def f():\n global x\n nonlocal x", "name 'x' is nonlocal and global|2|2|2|10"),
    ("nonlocal x", "nonlocal declaration not allowed at module level|1|1|1|11"),
    ("def f():\n nonlocal x", "no binding for nonlocal 'x' found|2|2|2|12"),
    ("x=1\nglobal x", "name 'x' is assigned to before global declaration|2|1|2|9"),
    ("def f(x):\n global x", "name 'x' is parameter and global|2|2|2|10"),
    ("def f():\n x=1\n global x", "name 'x' is assigned to before global declaration|3|2|3|10"),
    ("def f():\n print(x)\n global x", "name 'x' is used prior to global declaration|3|2|3|10"),
    ("return 1", "'return' outside function|1|1|1|9"),
    ("class A:\n return 1", "'return' outside function|2|2|2|10"),
    ("await x", "'await' outside function|1|1|1|8"),
    ("def f():\n await x", "'await' outside async function|2|2|2|9"),
    ("yield 1", "'yield' outside function|1|1|1|8"),
    ("class A:\n yield 1", "'yield' outside function|2|2|2|9"),
    ("break", "'break' outside loop|1|1|1|6"),
    ("continue", "'continue' not properly in loop|1|1|1|9"),
    ("[x async for x in y]", "asynchronous comprehension outside of an asynchronous function|1|1|1|21"),
    (
        "def f():\n [x async for x in y]",
        "asynchronous comprehension outside of an asynchronous function|2|2|2|22",
    ),
    ("async def f():\n yield 1\n return 2", "'return' with value in async generator|3|2|3|10"),
    ("async def f():\n yield from x", "'yield from' inside async function|2|2|2|14"),
    ("def f():\n from x import *", "import * only allowed at module level|2|16|2|17"),
    ("class A:\n from x import *", "import * only allowed at module level|2|16|2|17"),
    ("__debug__=1", "cannot assign to __debug__|1|1|1|10"),
    ("def f(__debug__): pass", "cannot assign to __debug__|1|7|1|16"),
    ("f(__debug__=1)", "cannot assign to __debug__|1|3|1|14"),
    ("import __debug__", "cannot assign to __debug__|1|8|1|17"),
    ("del __debug__", "cannot delete __debug__|1|5|1|14"),
    ("x.__debug__=1", "cannot assign to __debug__|1|1|1|12"),
    ("for __debug__ in x: pass", "cannot assign to __debug__|1|5|1|14"),
    (
        "[(x:=1) for x in y]",
        "assignment expression cannot rebind comprehension iteration variable 'x'|1|3|1|4",
    ),
    (
        "[x for x in (y:=z)]",
        "assignment expression cannot be used in a comprehension iterable expression|1|14|1|18",
    ),
    (
        "class A:\n [(x:=1) for y in z]",
        "assignment expression within a comprehension cannot be used in a class body|2|4|2|5",
    ),
    ("def f():\n [(yield) for x in y]", "'yield' inside list comprehension|2|4|2|9"),
    ("[x for x in (yield)]", "'yield' outside function|1|14|1|19"),
    ("def f[T,T](): pass", "duplicate type parameter 'T'|1|9|1|10"),
    (
        "class A[T]:\n def f(self):\n  nonlocal T",
        "nonlocal binding not allowed for type parameter 'T'|3|3|3|13",
    ),
    ("def f():\n x: int\n global x", "annotated name 'x' can't be global|3|2|3|10"),
    ("def f():\n global x\n x: int", "annotated name 'x' can't be global|3|2|3|8"),
    ("from __future__ import braces", "not a chance|1|24|1|30"),
    ("from __future__ import foo", "future feature foo is not defined|1|24|1|27"),
    (
        "x=1\nfrom __future__ import division",
        "from __future__ imports must occur at the beginning of the file|2|1|2|32",
    ),
    ("def f():\n async with x: pass", "'async with' outside async function|2|2|2|20"),
    ("async with x: pass", "'async with' outside async function|1|1|1|19"),
    ("async for x in y: pass", "'async for' outside async function|1|1|1|23"),
    ("*a = 1", "starred assignment target must be in a list or tuple|1|1|1|3"),
    ("*a, *b = 1", "multiple starred expressions in assignment|1|1|1|7"),
    ("x = *a", "can't use starred expression here|1|5|1|7"),
    ("del *a", "cannot delete starred|1|5|1|7"),
    (
        "match x:\n case a: pass\n case b: pass",
        "name capture 'a' makes remaining patterns unreachable|2|7|2|8",
    ),
    ("match x:\n case a|b: pass", "name capture 'a' makes remaining patterns unreachable|2|7|2|8"),
    ("match x:\n case [a,a]: pass", "multiple assignments to name 'a' in pattern|2|10|2|11"),
    ("match x:\n case {1:a,1:b}: pass", "mapping pattern checks duplicate key (1)|2|7|2|16"),
    ("match x:\n case C(a=1,a=2): pass", "attribute name repeated in class pattern: a|2|15|2|16"),
    ("match x:\n case [*a,*b]: pass", "multiple starred names in sequence pattern|2|7|2|14"),
    ("match x:\n case (1|a)|2: pass", "name capture 'a' makes remaining patterns unreachable|2|10|2|11"),
    ("try: pass\nexcept: pass\nexcept A: pass", "default 'except:' must be last|2|1|2|13"),
    (
        "def f():\n try: pass\n except* A:\n  return 1",
        "'break', 'continue' and 'return' cannot appear in an except* block|4|10|4|11",
    ),
    (
        "for x in y:\n try: pass\n except* A:\n  break",
        "'break', 'continue' and 'return' cannot appear in an except* block|4|3|4|8",
    ),
    ("type X[T: (yield)] = 1", "yield expression cannot be used within a TypeVar bound|1|12|1|17"),
    ("def f(x: (yield)): pass", "yield expression cannot be used within an annotation|1|11|1|16"),
    ("def f(x:(y:=1)): pass", "named expression cannot be used within an annotation|1|10|1|14"),
    ("class A:\n x: (await y)", "await expression cannot be used within an annotation|2|6|2|13"),
    ("f(a=1,a=2)", "keyword argument repeated: a|1|7|1|10"),
    ("lambda a,a:1", "duplicate argument 'a' in function definition|1|10|1|11"),
    ("def f():\n def g():\n  nonlocal x\n  x=1", "no binding for nonlocal 'x' found|3|3|3|13"),
    ("class A:\n nonlocal x", "no binding for nonlocal 'x' found|2|2|2|12"),
    (
        "def f():\n x=1\n def g():\n  x=2\n  nonlocal x",
        "name 'x' is assigned to before nonlocal declaration|5|3|5|13",
    ),
    (
        "async def f():\n def g(): return [await x for y in z]",
        "asynchronous comprehension outside of an asynchronous function|2|18|2|38",
    ),
    (
        "class A[T](x:=1): pass",
        "named expression cannot be used within the definition of a generic|1|12|1|16",
    ),
    ("def f[T: (x:=1)](): pass", "named expression cannot be used within a TypeVar bound|1|11|1|15"),
    ("async def f[T: (await x)](): pass", "await expression cannot be used within a TypeVar bound|1|17|1|24"),
    ("@(yield)\ndef f(): pass", "'yield' outside function|1|3|1|8"),
    ("def f[T=int, U](): pass", "non-default type parameter 'U' follows default type parameter|1|14|1|15"),
    ("x: (yield) = 1", "yield expression cannot be used within an annotation|1|5|1|10"),
    ("def f(): x: (yield) = 1", "yield expression cannot be used within an annotation|1|14|1|19"),
    ("from a import b as __debug__", "cannot assign to __debug__|1|15|1|29"),
    ("class __debug__: pass", "cannot assign to __debug__|1|1|1|22"),
    ("def __debug__(): pass", "cannot assign to __debug__|1|1|1|22"),
    ("with a as __debug__: pass", "cannot assign to __debug__|1|11|1|20"),
    ("try: pass\nexcept A as __debug__: pass", "cannot assign to __debug__|2|1|2|28"),
    ("match x:\n case __debug__: pass", "cannot assign to __debug__|2|7|2|16"),
    ("(__debug__:=1)", "cannot assign to __debug__|1|2|1|11"),
    ("f(x for x in y, 1)", "Generator expression must be parenthesized|1|3|1|15"),
    ("def f[__debug__](): pass", "cannot assign to __debug__|1|7|1|16"),
];

/// Sources that compile, and the warnings they give.
const WARNINGS: &[(&str, &[&str])] = &[
    ("\"%s\" % (a,) and __debug__", &[]),
    ("async def f():\n [(await x) for y in z]", &[]),
    ("(await x for y in z)", &[]),
    ("def f():\n return (await x for y in z)", &[]),
    ("assert (1,\"x\")", &["assertion is always true, perhaps remove parentheses?"]),
    ("1 is 1", &["\"is\" with 'int' literal. Did you mean \"==\"?"]),
    ("x is ()", &["\"is\" with 'tuple' literal. Did you mean \"==\"?"]),
    ("(1)(2)", &["'int' object is not callable; perhaps you missed a comma?"]),
    ("[1][1,2]", &["list indices must be integers or slices, not tuple; perhaps you missed a comma?"]),
    ("\"a\"[x:y,1]", &["str indices must be integers or slices, not tuple; perhaps you missed a comma?"]),
    ("\"a\"[\"b\"]", &["str indices must be integers or slices, not str; perhaps you missed a comma?"]),
    ("f''()", &["'str' object is not callable; perhaps you missed a comma?"]),
    ("def f():\n try:\n  pass\n finally:\n  return 1", &["'return' in a 'finally' block"]),
    ("while 1:\n try: pass\n finally:\n  break", &["'break' in a 'finally' block"]),
    ("global __debug__", &[]),
];

#[test]
fn errors_are_cpythons() {
    let mut wrong = Vec::new();
    for (source, want) in ERRORS {
        let got = match compile_source(source, "test.py", Mode::Exec, CompileOptions::default()) {
            Ok(_) => "no error".to_owned(),
            Err(e) => format!("{}|{}|{}|{}|{}", e.msg, e.line, e.col, e.end_line, e.end_col),
        };
        if got != *want {
            wrong.push(format!("{source:?}\n  want {want}\n  got  {got}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn warnings_are_cpythons() {
    for (source, want) in WARNINGS {
        let compiled = compile_source(source, "test.py", Mode::Exec, CompileOptions::default())
            .unwrap_or_else(|e| panic!("{source:?}: {e}"));
        let got: Vec<&str> = compiled.warnings.iter().map(|w| w.msg.as_str()).collect();
        assert_eq!(got, *want, "{source:?}");
    }
}

#[test]
fn deep_and_wide_sources_are_no_problem() {
    let sum = format!("x = {}", vec!["a"; 20_000].join(" + "));
    let chain = format!("x = a{}", ".b(c)[d]".repeat(5_000));
    let elifs = format!("if a: pass\n{}", "elif b: pass\n".repeat(5_000));
    let wide = format!("x = [{}]", "a, ".repeat(70_000));
    for source in [sum, chain, elifs, wide] {
        let compiled = compile_source(&source, "test.py", Mode::Exec, CompileOptions::default());
        assert!(compiled.is_ok(), "{:?}", compiled.err().map(|e| e.msg));
    }
}

#[test]
fn too_many_registers_is_an_error() {
    let source = format!("def f():\n    {}\n", (0..66_000).map(|i| format!("v{i} = 1;")).collect::<String>());
    let error = compile_source(&source, "test.py", Mode::Exec, CompileOptions::default()).unwrap_err();
    assert_eq!(error.kind.name(), "NotImplementedError");
    let source = format!("f({})", "a, ".repeat(66_000));
    let error = compile_source(&source, "test.py", Mode::Exec, CompileOptions::default()).unwrap_err();
    assert_eq!(error.kind.name(), "NotImplementedError");
}
