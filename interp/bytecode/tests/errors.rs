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
    (
        "try:\n try:\n  try:\n   try:\n    try:\n     try:\n      try:\n       try:\n        try:\n         try:\n          try:\n           try:\n            try:\n             try:\n              try:\n               try:\n                try:\n                 try:\n                  try:\n                   try:\n                    try:\n                     pass\n                    except: pass\n                   except: pass\n                  except: pass\n                 except: pass\n                except: pass\n               except: pass\n              except: pass\n             except: pass\n            except: pass\n           except: pass\n          except: pass\n         except: pass\n        except: pass\n       except: pass\n      except: pass\n     except: pass\n    except: pass\n   except: pass\n  except: pass\n except: pass\nexcept: pass\n",
        "too many statically nested blocks|23|21|23|33",
    ),
    ("def f(a, *, a): pass", "duplicate argument 'a' in function definition|1|13|1|14"),
    ("def f(*a, **a): pass", "duplicate argument 'a' in function definition|1|13|1|14"),
    ("lambda __debug__: 1", "cannot assign to __debug__|1|8|1|17"),
    ("[__debug__ for __debug__ in x]", "cannot assign to __debug__|1|16|1|25"),
    ("def f():\n global x\n def g():\n  nonlocal x", "no binding for nonlocal 'x' found|4|3|4|13"),
    ("x: int\ndef f():\n global x\n x: int", "annotated name 'x' can't be global|4|2|4|8"),
    (
        "[i for i in range(5) if (j := 0) for j in range(5)]",
        "comprehension inner loop cannot rebind assignment expression target 'j'|1|38|1|39",
    ),
    (
        "[[(i:=1) for _ in x] for i in y]",
        "assignment expression cannot rebind comprehension iteration variable 'i'|1|4|1|5",
    ),
    (
        "[i := 0 for i in x]",
        "assignment expression cannot rebind comprehension iteration variable 'i'|1|2|1|3",
    ),
    (
        "[(j:=i) for i in (k:=x)]",
        "assignment expression cannot be used in a comprehension iterable expression|1|19|1|23",
    ),
    ("class C:\n (yield from x)", "'yield from' outside function|2|3|2|15"),
    (
        "async def f():\n [i async for i in x]\n def g():\n  [i async for i in x]",
        "asynchronous comprehension outside of an asynchronous function|4|3|4|23",
    ),
    (
        "[x async for x in y if await z]",
        "asynchronous comprehension outside of an asynchronous function|1|1|1|32",
    ),
    (
        "def f(): [[a async for a in b] for c in d]",
        "asynchronous comprehension outside of an asynchronous function|1|10|1|43",
    ),
    ("type X = (yield)", "yield expression cannot be used within a type alias|1|11|1|16"),
    ("type X = (y := 1)", "named expression cannot be used within a type alias|1|11|1|17"),
    ("type X = (await z)", "await expression cannot be used within a type alias|1|11|1|18"),
    ("type X[T: (y:=1)] = 1", "named expression cannot be used within a TypeVar bound|1|12|1|16"),
    ("type X[T = (yield)] = 1", "yield expression cannot be used within a TypeVar default|1|13|1|18"),
    ("type X[*T = (yield)] = 1", "yield expression cannot be used within a TypeVarTuple default|1|14|1|19"),
    ("type X[**T = (yield)] = 1", "yield expression cannot be used within a ParamSpec default|1|15|1|20"),
    (
        "type X[T: (int, (yield))] = 1",
        "yield expression cannot be used within a TypeVar constraint|1|18|1|23",
    ),
    (
        "class A[T](B := 1): pass",
        "named expression cannot be used within the definition of a generic|1|12|1|18",
    ),
    (
        "class A[T](x=(yield)): pass",
        "yield expression cannot be used within the definition of a generic|1|15|1|20",
    ),
    ("def f[T](a: (yield)): pass", "yield expression cannot be used within an annotation|1|14|1|19"),
    ("def f[T](a=(yield)): pass", "'yield' outside function|1|13|1|18"),
    ("class A[T]: x: (y:=2)", "named expression cannot be used within an annotation|1|17|1|21"),
    ("def f[T, T]() : pass", "duplicate type parameter 'T'|1|10|1|11"),
    ("type X[T, T] = 1", "duplicate type parameter 'T'|1|11|1|12"),
    (
        "type X = [(x:=1) for y in z]",
        "assignment expression within a comprehension cannot be used in a type alias|1|12|1|13",
    ),
    (
        "type X[T: [(x:=1) for y in z]] = 1",
        "assignment expression within a comprehension cannot be used in a TypeVar bound|1|13|1|14",
    ),
    (
        "class A[T]([(x:=1) for y in z]): pass",
        "assignment expression within a comprehension cannot be used within the definition of a generic|1|14|1|15",
    ),
    (
        "def f(x: [(await y) for z in w]): pass",
        "asynchronous comprehension outside of an asynchronous function|1|10|1|32",
    ),
    (
        "from __future__ import annotations\nx: (yield)\n",
        "yield expression cannot be used within an annotation|2|5|2|10",
    ),
    (
        "from __future__ import annotations\ndef f(x: (y:=1)): pass",
        "named expression cannot be used within an annotation|2|11|2|15",
    ),
    (
        "\"\"\"doc\"\"\"\nfrom __future__ import annotations\nimport x\nfrom __future__ import division",
        "from __future__ imports must occur at the beginning of the file|4|1|4|32",
    ),
    (
        "\"\"\"doc\"\"\"\n\"\"\"x\"\"\"\nfrom __future__ import annotations",
        "from __future__ imports must occur at the beginning of the file|3|1|3|35",
    ),
    ("from __future__ import *", "future feature * is not defined|1|24|1|25"),
    ("from __future__ import (annotations as x, nope)", "future feature nope is not defined|1|43|1|47"),
    ("for x in y:\n def f():\n  break", "'break' outside loop|3|3|3|8"),
    ("for x in y:\n class A:\n  continue", "'continue' not properly in loop|3|3|3|11"),
    ("while 1: pass\nelse: break", "'break' outside loop|2|7|2|12"),
    ("try: pass\nfinally: continue", "'continue' not properly in loop|2|10|2|18"),
    ("match x:\n case {**rest, \"a\":1}: pass", "invalid syntax|2|16|2|19"),
    ("match x:\n case _: pass\n case 1: pass", "wildcard makes remaining patterns unreachable|2|7|2|8"),
    ("match x:\n case (a|b): pass", "name capture 'a' makes remaining patterns unreachable|2|8|2|9"),
    ("match x:\n case [a]|[b]: pass", "alternative patterns bind different names|2|7|2|14"),
    ("match x:\n case a as a: pass", "multiple assignments to name 'a' in pattern|2|7|2|13"),
    ("match x:\n case {1:a, 1.0:b}: pass", "mapping pattern checks duplicate key (1.0)|2|7|2|19"),
    ("match x:\n case {-1:a, -1:b}: pass", "mapping pattern checks duplicate key (-1)|2|7|2|19"),
    ("match x:\n case {True:a, 1:b}: pass", "mapping pattern checks duplicate key (1)|2|7|2|20"),
    ("match x:\n case {\"a\":a, \"b\":a}: pass", "multiple assignments to name 'a' in pattern|2|19|2|20"),
    ("match x:\n case A(b, b): pass", "multiple assignments to name 'b' in pattern|2|12|2|13"),
    ("match x:\n case [1, *_, *_]: pass", "multiple starred names in sequence pattern|2|7|2|18"),
    ("match x:\n case f\"a\": pass", "patterns may only match literals and attribute lookups|2|7|2|11"),
    ("(a, *b, *c) = d", "multiple starred expressions in assignment|1|1|1|12"),
    ("for *a in b: pass", "starred assignment target must be in a list or tuple|1|5|1|7"),
    ("del (*a,)", "cannot delete starred|1|6|1|8"),
    ("a, b += 1", "'tuple' is an illegal expression for augmented assignment|1|1|1|5"),
    ("f() = 1", "cannot assign to function call here. Maybe you meant '==' instead of '='?|1|1|1|4"),
    ("a + 1 = 2", "cannot assign to expression here. Maybe you meant '==' instead of '='?|1|1|1|6"),
    ("x = yield = 1", "assignment to yield expression not possible|1|5|1|10"),
    ("(yield) = 1", "cannot assign to yield expression here. Maybe you meant '==' instead of '='?|1|2|1|7"),
    ("with a as f(): pass", "cannot assign to function call|1|11|1|14"),
    ("f(a=1, b)", "positional argument follows keyword argument|1|9|1|10"),
    ("{**a for a in b}", "dict unpacking cannot be used in dict comprehension|1|2|1|4"),
    ("[*a for a in b]", "iterable unpacking cannot be used in comprehension|1|2|1|4"),
    ("x = {1:2, **a, 3}", "':' expected after dictionary key|1|16|1|0"),
    ("f'{a!x}'", "f-string: invalid conversion character 'x': expected 's', 'r', or 'a'|1|6|1|7"),
    ("f'{*a}'", "can't use starred expression here|1|4|1|6"),
    ("f'{a b}'", "invalid syntax. Perhaps you forgot a comma?|1|4|1|7"),
    ("t\"{x}\" \"y\"", "cannot mix t-string literals with string or bytes literals|1|1|1|11"),
    ("def f(a):\n nonlocal a", "name 'a' is parameter and nonlocal|2|2|2|12"),
    ("nonlocal a, b", "nonlocal declaration not allowed at module level|1|1|1|14"),
    (
        "class A:\n global x\n x = 1\n nonlocal x",
        "name 'x' is assigned to before nonlocal declaration|4|2|4|12",
    ),
    ("def f():\n from a import b\n nonlocal b", "no binding for nonlocal 'b' found|3|2|3|12"),
    ("def f():\n for x in y: pass\n global x", "name 'x' is assigned to before global declaration|3|2|3|10"),
    ("def f():\n class x: pass\n global x", "name 'x' is assigned to before global declaration|3|2|3|10"),
    ("def f():\n def x(): pass\n global x", "name 'x' is assigned to before global declaration|3|2|3|10"),
    ("def f():\n del x\n global x", "name 'x' is assigned to before global declaration|3|2|3|10"),
    ("def f():\n with a as x: pass\n global x", "name 'x' is assigned to before global declaration|3|2|3|10"),
    (
        "def f():\n try: pass\n except A as x: pass\n global x",
        "name 'x' is assigned to before global declaration|4|2|4|10",
    ),
    (
        "def f():\n match a:\n  case x: pass\n global x",
        "name 'x' is assigned to before global declaration|4|2|4|10",
    ),
    ("def f():\n (x:=1)\n global x", "name 'x' is assigned to before global declaration|3|2|3|10"),
    ("def f():\n x += 1\n global x", "name 'x' is assigned to before global declaration|3|2|3|10"),
    ("def f():\n [y for y in x]\n global x", "name 'x' is used prior to global declaration|3|2|3|10"),
    ("async def f():\n await x\n global x", "name 'x' is used prior to global declaration|3|2|3|10"),
    ("def f():\n x.y = 1\n global x", "name 'x' is used prior to global declaration|3|2|3|10"),
    ("return", "'return' outside function|1|1|1|7"),
    ("class A: return", "'return' outside function|1|10|1|16"),
    ("lambda: (return)", "invalid syntax|1|10|1|16"),
    ("yield", "'yield' outside function|1|1|1|6"),
    ("x = yield from y", "'yield from' outside function|1|5|1|17"),
    ("await x", "'await' outside function|1|1|1|8"),
    ("async def f(): await x; yield from y", "'yield from' inside async function|1|25|1|37"),
    ("async def f(): yield from y", "'yield from' inside async function|1|16|1|28"),
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
    ("for a in b:\n try: pass\n finally:\n  continue", &["'continue' in a 'finally' block"]),
    ("def f():\n try: x\n except* A: pass\n finally: return", &["'return' in a 'finally' block"]),
    ("1 is not 2", &["\"is not\" with 'int' literal. Did you mean \"!=\"?"]),
    ("x is not \"a\"", &["\"is not\" with 'str' literal. Did you mean \"!=\"?"]),
    ("() is x", &["\"is\" with 'tuple' literal. Did you mean \"==\"?"]),
    ("1 < x is 3", &["\"is\" with 'int' literal. Did you mean \"==\"?"]),
    ("1()", &["'int' object is not callable; perhaps you missed a comma?"]),
    ("\"a\"()", &["'str' object is not callable; perhaps you missed a comma?"]),
    ("[1]()", &["'list' object is not callable; perhaps you missed a comma?"]),
    ("{}()", &["'dict' object is not callable; perhaps you missed a comma?"]),
    ("f\"a\"()", &["'str' object is not callable; perhaps you missed a comma?"]),
    ("{1}[0]", &["'set' object is not subscriptable; perhaps you missed a comma?"]),
    ("1[0]", &["'int' object is not subscriptable; perhaps you missed a comma?"]),
    ("None[0]", &["'NoneType' object is not subscriptable; perhaps you missed a comma?"]),
    ("(x for x in y)[0]", &["'generator' object is not subscriptable; perhaps you missed a comma?"]),
    ("(lambda: 1)[0]", &["'function' object is not subscriptable; perhaps you missed a comma?"]),
    ("[1][\"a\"]", &["list indices must be integers or slices, not str; perhaps you missed a comma?"]),
    ("[1][None]", &["list indices must be integers or slices, not NoneType; perhaps you missed a comma?"]),
    ("(1,2)[1.0]", &["tuple indices must be integers or slices, not float; perhaps you missed a comma?"]),
    ("\"a\"[f\"b\"]", &["str indices must be integers or slices, not str; perhaps you missed a comma?"]),
    ("b\"a\"[\"b\"]", &["bytes indices must be integers or slices, not str; perhaps you missed a comma?"]),
    (
        "[x for x in y][\"a\"]",
        &["list indices must be integers or slices, not str; perhaps you missed a comma?"],
    ),
    ("assert (a, b), c", &["assertion is always true, perhaps remove parentheses?"]),
    ("assert (1, 2)", &["assertion is always true, perhaps remove parentheses?"]),
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
    let call = format!("f({})", "a, ".repeat(70_000));
    for source in [sum, chain, elifs, wide, call] {
        let compiled = compile_source(&source, "test.py", Mode::Exec, CompileOptions::default());
        assert!(compiled.is_ok(), "{:?}", compiled.err().map(|e| e.msg));
    }
}

#[test]
fn too_many_registers_is_an_error() {
    let source = format!("def f():\n    {}\n", (0..66_000).map(|i| format!("v{i} = 1;")).collect::<String>());
    let error = compile_source(&source, "test.py", Mode::Exec, CompileOptions::default()).unwrap_err();
    assert_eq!(error.kind.name(), "NotImplementedError");
}
