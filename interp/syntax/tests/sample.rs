//! One file with a bit of everything: its tree, its tokens and its scopes, as recorded from CPython 3.14.

use habu_syntax::ast::Arena;
use habu_syntax::symtable::{
    Binding, Flags, Role, ScopeId, ScopeKind, SymbolTable, SymtableOptions, build, mangle, node_key,
};
use habu_syntax::{ParseOptions, Parsed, SourceText, ast, dump, parse, parse_bytes};
use std::fmt::Write;

const SAMPLE: &[u8] = include_bytes!("data/sample.py");

/// Shows the first line that differs: whole dumps are too long to read.
fn assert_same(actual: &str, expected: &str) {
    for (i, (a, e)) in actual.lines().zip(expected.lines()).enumerate() {
        assert_eq!(a, e, "line {}", i + 1);
    }
    assert_eq!(actual.lines().count(), expected.lines().count());
}

fn table_of<'a>(arena: &'a Arena, source: &str) -> (Parsed<'a>, SymbolTable) {
    let mut parsed = parse(arena, source, ParseOptions::default()).expect("the source should parse");
    let table = build(&parsed.module, &mut parsed.interner, &parsed.source.lines, SymtableOptions::default());
    (parsed, table.expect("the source should have a symbol table"))
}

#[test]
fn the_tree_is_cpythons() {
    let options = ParseOptions { type_comments: true, ..ParseOptions::default() };
    let arena = Arena::new();
    let parsed = parse_bytes(&arena, SAMPLE, options).expect("the sample should parse");
    assert_same(&dump::dump_ast(&parsed), include_str!("data/sample.ast"));
}

#[test]
fn the_tokens_are_cpythons() {
    let source = SourceText::from_bytes(SAMPLE).expect("the sample should decode");
    assert_same(
        &dump::dump_tokens(&source).expect("the sample has tokens"),
        include_str!("data/sample.tokens"),
    );
}

#[test]
fn the_scopes_are_cpythons() {
    let arena = Arena::new();
    let mut parsed = parse_bytes(&arena, SAMPLE, ParseOptions::default()).expect("the sample should parse");
    let options = SymtableOptions { shown: true, ..SymtableOptions::default() };
    let table = build(&parsed.module, &mut parsed.interner, &parsed.source.lines, options)
        .expect("the sample should have a symbol table");
    let mut out = String::new();
    print_scope(&table, &parsed, ScopeId::TOP, 0, &mut out);
    assert_same(&out, include_str!("data/sample.scopes"));
}

fn print_scope(table: &SymbolTable, parsed: &Parsed, id: ScopeId, depth: usize, out: &mut String) {
    let scope = table.scope(id);
    let name = |symbol| parsed.interner.resolve(symbol);
    let varnames: Vec<_> = scope.varnames.iter().map(|&v| name(v)).collect();
    let own = name(scope.name).trim_matches(['<', '>']);
    // CPython has one kind for all that is a function when it runs.
    let kind = match scope.kind {
        ScopeKind::Lambda | ScopeKind::Comprehension(_) => ScopeKind::Function,
        kind => kind,
    };
    write!(out, "{:depth$}{kind:?} {own} {} {varnames:?}", "", scope.nested).expect("strings grow");
    let mut entries: Vec<_> = scope
        .entries()
        .map(|e| (name(e.name), u32::from(e.flags.0 & !Flags::INLINED.0) | ((e.binding as u32) << 12)))
        .collect();
    entries.sort_unstable();
    for (name, flags) in entries {
        write!(out, " {name}:{flags}").expect("strings grow");
    }
    out.push('\n');
    for &child in &scope.children {
        print_scope(table, parsed, child, depth + 1, out);
    }
}

#[test]
fn scopes_are_found_by_node() {
    let source = "class C:\n def f(self, x):\n  return [x + y + self.__p for y in (lambda: __class__)()]\n";
    let arena = Arena::new();
    let (parsed, table) = table_of(&arena, source);
    let ast::Mod::Module { body, .. } = &parsed.module else { panic!("a module") };
    let ast::StmtKind::ClassDef(class) = &body[0].kind else { panic!("a class") };
    let id = table.find(node_key(&**class), Role::Body).expect("a scope for the class");
    assert_eq!(table.scope(id).kind, ScopeKind::Class);
    assert!(table.scope(id).needs_class_closure);
    let cells: Vec<_> =
        table.scope(id).cell_variables().iter().map(|&c| parsed.interner.resolve(c)).collect();
    assert_eq!(cells, ["__class__"]);

    let ast::StmtKind::FunctionDef(method) = &class.body[0].kind else { panic!("a method") };
    let function = table.find(node_key(&**method), Role::Body).expect("a scope for the method");
    assert!(table.find(node_key(&**method), Role::Annotations).is_none(), "it has no annotations");
    let scope = table.scope(function);
    assert!(scope.method);
    assert_eq!(scope.free_variables(), [ast::sym::DUNDER_CLASS]);
    let symbol = |text| parsed.interner.get(text).expect("a symbol");
    assert_eq!(scope.resolve(symbol("x")), Binding::Local);
    assert_eq!(scope.resolve(symbol("y")), Binding::Local, "of the inlined comprehension");
    assert!(scope.lookup(symbol("y")).expect("an entry").flags.has(Flags::COMP_ITER));
    assert_eq!(scope.resolve(symbol("C")), Binding::GlobalImplicit);
}

#[test]
fn private_names_are_mangled() {
    let arena = Arena::new();
    let (mut parsed, _) = table_of(&arena, "class _C:\n def f(self): self.__x = __y__ = __z\n");
    let class = parsed.interner.get("_C");
    let mut mangled = |name| {
        let name = parsed.interner.intern(name);
        let mangled = mangle(&mut parsed.interner, class, name);
        parsed.interner.resolve(mangled).to_owned()
    };
    assert_eq!(mangled("__x"), "_C__x");
    assert_eq!(mangled("__y__"), "__y__");
    assert_eq!(mangled("_x"), "_x");
    assert_eq!(mangled("__a.b"), "__a.b");
}

#[test]
fn warnings_are_collected() {
    let source = "'\\d' '\\d'\nb'\\400'\n1if 2else 3\nf'\\{x}'\n";
    let arena = Arena::new();
    let parsed = parse(&arena, source, ParseOptions::default()).expect("only warnings");
    let seen: Vec<_> =
        parsed.warnings.iter().map(|w| (w.line, w.msg.split(' ').next().unwrap_or(""))).collect();
    assert_eq!(
        seen,
        [(1, "\"\\d\""), (1, "\"\\d\""), (2, "\"\\400\""), (3, "invalid"), (3, "invalid"), (4, "\"\\{\"")]
    );
    let hint = "\"\\d\" is an invalid escape sequence. Such sequences will not work in the future. \
                Did you mean \"\\\\d\"? A raw string is also an option.";
    assert_eq!(parsed.warnings[0].msg, hint);
}

#[test]
fn top_level_await_can_be_allowed() {
    let arena = Arena::new();
    let source = "await x\n[y async for y in z]\n";
    let mut parsed = parse(&arena, source, ParseOptions::default()).expect("it parses");
    let options = SymtableOptions { top_level_await: true, ..SymtableOptions::default() };
    let table = build(&parsed.module, &mut parsed.interner, &parsed.source.lines, options).expect("allowed");
    assert!(table.top().coroutine);
}
