//! Trees of Python objects as our trees, so that they can be compiled.
//!
//! Objects carry lines and columns, our nodes offsets: each node gets two numbers of its own, and the tree's
//! `LineIndex` maps them back. A `None` where CPython finds it only when it validates is read as [`missing`].

use super::classes::{Classes, classes};
use super::schema::{Arity, Group, Node};
use crate::types::bytes::Bytes;
use crate::types::float::as_f64;
use crate::types::int;
use crate::types::list::List;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Raised, Vm, id_of};
use habu_syntax::ast::*;
use std::rc::Rc;

/// A tree read from objects.
pub struct Tree<'a> {
    pub module: Mod<'a>,
    pub interner: Interner,
    pub lines: LineIndex,
}

/// Where a `None` stood in a list.
pub const MISSING: Span = Span { start: u32::MAX, end: u32::MAX };

/// Whether a value is a node object.
pub fn is_node(vm: &mut Vm, v: Value) -> PyResult<bool> {
    let base = vm.native_class(super::node::Ast::DECL)?;
    Ok(vm.class_of(v).is_subtype(base))
}

/// TypeError unless a node is a `root`.
pub fn expect_root(vm: &mut Vm, v: Value, root: Node) -> PyResult<()> {
    let classes = classes(vm)?;
    if vm.class_of(v).is_subtype(classes.class(root)) {
        return Ok(());
    }
    let got = vm.type_name(v);
    Err(vm.type_error(format!("expected {} node, got {got}", root.info().name)))
}

/// Reads a tree whose root must be a `root`.
pub fn from_object<'a>(arena: &'a Arena, vm: &mut Vm, v: Value, root: Node) -> PyResult<Tree<'a>> {
    expect_root(vm, v, root)?;
    let classes = classes(vm)?;
    let mut reader = Reader { arena, vm, classes, interner: Interner::new(), places: Vec::new(), depth: 0 };
    let module = reader.module(v, root)?;
    let lines = LineIndex::of_places(reader.places);
    Ok(Tree { module, interner: reader.interner, lines })
}

struct Reader<'v, 'a> {
    arena: &'a Arena,
    vm: &'v mut Vm,
    classes: Rc<Classes>,
    interner: Interner,
    /// Line and column of each offset given out.
    places: Vec<(i32, i32)>,
    depth: u32,
}

type R<T> = PyResult<T>;

impl<'a> Reader<'_, 'a> {
    /// Counts a level of nesting.
    fn nested<T>(&mut self, node: Node, read: impl FnOnce(&mut Self) -> R<T>) -> R<T> {
        let too_deep = self.depth >= MAX_DEPTH
            || match self.vm.enter_call() {
                Ok(()) => false,
                Err(raised) => {
                    self.vm.take_exception(raised);
                    true
                }
            };
        if too_deep {
            let name = node.info().name;
            let text = format!("maximum recursion depth exceeded while traversing '{name}' node");
            return Err(self.vm.raise(Exc::RecursionError, &text));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// What class of its group an object is.
    fn kind(&mut self, v: Value, group: &'static Group) -> R<Node> {
        let cls = self.vm.class_of(v);
        if let Some(node) = self.classes.node_of(cls).filter(|n| n.info().group().name == group.name) {
            return Ok(node);
        }
        for node in Node::ALL {
            if node.info().group().name == group.name && cls.is_subtype(self.classes.class(*node)) {
                return Ok(*node);
            }
        }
        // The attributes are read before the class is looked at.
        if group.positions && self.attribute(v, 0)?.is_none() {
            return Err(self.required("lineno", group.name));
        }
        let text = self.vm.repr(v)?.to_message();
        Err(self.vm.type_error(format!("expected some sort of {}, but got {text}", group.name)))
    }

    fn group_kind(&mut self, v: Value, group: &str) -> R<Node> {
        self.kind(v, Group::named(group).expect("a row of the table"))
    }

    /// A product's object: nothing but its class is checked.
    fn expect(&mut self, v: Value, node: Node) -> R<()> {
        if self.vm.class_of(v).is_subtype(self.classes.class(node)) {
            return Ok(());
        }
        // CPython reads the attributes of whatever it is given and fails at the first that is not there.
        let name = self.classes.fields(node).first().map_or(String::new(), |n| n.to_message());
        Err(self.required(&name, node.info().name))
    }

    fn required(&mut self, field: &str, node: &str) -> Raised {
        self.vm.type_error(format!("required field \"{field}\" missing from {node}"))
    }

    fn attribute(&mut self, v: Value, name: usize) -> R<Option<Value>> {
        let name = self.classes.position[name];
        self.vm.get_attr_opt(v, name)
    }

    fn int(&mut self, v: Value) -> R<i32> {
        let n = int::as_int(self.vm, v).and_then(int::to_i128);
        match n.map(i32::try_from) {
            Some(Ok(n)) => Ok(n),
            Some(Err(_)) => Err(self.vm.overflow_error("Python int too large to convert to C int")),
            None => {
                let text = self.vm.repr(v)?.to_message();
                Err(self.vm.value_error(format!("invalid integer value: {text}")))
            }
        }
    }

    /// The position of a node, as offsets of its own.
    fn span(&mut self, v: Value, node: Node) -> R<Span> {
        let group = node.info().group();
        let mut n = [0; 4];
        for i in 0..4 {
            n[i] = match self.attribute(v, i)?.filter(|v| !v.is_none() || i < 2) {
                Some(v) => self.int(v)?,
                None if i >= 2 && group.open_end => n[i - 2],
                None => {
                    let name = self.classes.position[i].to_message();
                    return Err(self.required(&name, group.name));
                }
            };
        }
        let start = self.places.len() as u32;
        self.places.push((n[0], n[1]));
        self.places.push((n[2], n[3]));
        Ok(Span::new(start, start + 1))
    }

    /// A field; nothing if it is absent or None and may be.
    fn field(&mut self, v: Value, node: Node, i: usize) -> R<Option<Value>> {
        let info = &node.info().fields[i];
        let name = self.classes.fields(node)[i];
        match self.vm.get_attr_opt(v, name)? {
            Some(v) if v.is_none() && info.arity == Arity::One && info.ty != "constant" => {
                let text = format!("field '{}' is required for {}", info.name, node.info().name);
                Err(self.vm.value_error(text))
            }
            Some(v) if v.is_none() && info.arity == Arity::Optional => Ok(None),
            None if info.arity == Arity::One => Err(self.required(info.name, node.info().name)),
            found => Ok(found),
        }
    }

    fn one(&mut self, v: Value, node: Node, i: usize) -> R<Value> {
        match self.field(v, node, i)? {
            Some(v) => Ok(v),
            None => Err(self.required(node.info().fields[i].name, node.info().name)),
        }
    }

    fn list<T: Copy>(
        &mut self,
        v: Value,
        node: Node,
        i: usize,
        mut read: impl FnMut(&mut Self, Value) -> R<T>,
    ) -> R<&'a [T]> {
        let Some(v) = self.field(v, node, i)? else { return Ok(&[]) };
        let (info, name) = (&node.info().fields[i], node.info().name);
        if self.vm.downcast::<List>(v).is_none() {
            let got = self.vm.type_name(v);
            let text = format!("{name} field \"{}\" must be a list, not a {got}", info.name);
            return Err(self.vm.type_error(text));
        }
        let count = self.vm.len(v)?;
        let mut out = Vec::with_capacity(count);
        for at in 0..count {
            let item = self.vm.get_item(v, Value::small(at as i64))?;
            out.push(read(self, item)?);
            if self.vm.len(v)? != count {
                let text = format!("{name} field \"{}\" changed size during iteration", info.name);
                return Err(self.vm.raise(Exc::RuntimeError, &text));
            }
        }
        Ok(self.arena.alloc_slice_copy(&out))
    }

    fn exprs(&mut self, v: Value, node: Node, i: usize) -> R<&'a [Expr<'a>]> {
        self.list(v, node, i, |r, v| if v.is_none() { Ok(missing()) } else { r.expr(v) })
    }

    fn maybe_exprs(&mut self, v: Value, node: Node, i: usize) -> R<&'a [Option<Expr<'a>>]> {
        self.list(v, node, i, |r, v| if v.is_none() { Ok(None) } else { r.expr(v).map(Some) })
    }

    fn stmts(&mut self, v: Value, node: Node, i: usize) -> R<&'a [Stmt<'a>]> {
        self.list(v, node, i, |r, v| {
            if v.is_none() { Ok(Stmt { span: MISSING, kind: StmtKind::Pass }) } else { r.stmt(v) }
        })
    }

    fn child(&mut self, v: Value, node: Node, i: usize) -> R<&'a Expr<'a>> {
        let v = self.one(v, node, i)?;
        self.expr(v).map(|e| &*self.arena.alloc(e))
    }

    fn maybe(&mut self, v: Value, node: Node, i: usize) -> R<Option<&'a Expr<'a>>> {
        match self.field(v, node, i)? {
            Some(v) => self.expr(v).map(|e| Some(&*self.arena.alloc(e))),
            None => Ok(None),
        }
    }

    fn symbol(&mut self, v: Value) -> R<Symbol> {
        match self.vm.exact::<Str>(v) {
            Some(name) => Ok(self.interner.intern(&name.to_message())),
            None => Err(self.vm.type_error("AST identifier must be of type str")),
        }
    }

    fn name(&mut self, v: Value, node: Node, i: usize) -> R<Symbol> {
        let v = self.one(v, node, i)?;
        self.symbol(v)
    }

    fn maybe_name(&mut self, v: Value, node: Node, i: usize) -> R<Option<Symbol>> {
        match self.field(v, node, i)? {
            Some(v) => self.symbol(v).map(Some),
            None => Ok(None),
        }
    }

    fn maybe_text(&mut self, v: Value, node: Node, i: usize) -> R<TypeComment<'a>> {
        let Some(v) = self.field(v, node, i)? else { return Ok(None) };
        if let Some(text) = self.vm.exact::<Str>(v) {
            return Ok(Some(self.arena.alloc_str(&text.to_message())));
        }
        match self.vm.exact::<Bytes>(v) {
            Some(b) => Ok(Some(self.arena.alloc_str(&String::from_utf8_lossy(b.as_slice())))),
            None => Err(self.vm.type_error("AST string must be of type str")),
        }
    }

    fn number(&mut self, v: Value, node: Node, i: usize) -> R<i32> {
        match self.field(v, node, i)? {
            Some(v) => self.int(v),
            None => Ok(0),
        }
    }

    fn ctx(&mut self, v: Value, node: Node, i: usize) -> R<ExprContext> {
        let Some(v) = self.field(v, node, i)? else { return Ok(ExprContext::Load) };
        Ok(match self.group_kind(v, "expr_context")? {
            Node::Store => ExprContext::Store,
            Node::Del => ExprContext::Del,
            _ => ExprContext::Load,
        })
    }

    fn module(&mut self, v: Value, root: Node) -> R<Mod<'a>> {
        Ok(match root {
            Node::Interactive => Mod::Interactive { body: self.stmts(v, root, 0)? },
            Node::Expression => Mod::Expression { body: self.child(v, root, 0)? },
            Node::FunctionType => {
                Mod::FunctionType { argtypes: self.exprs(v, root, 0)?, returns: self.child(v, root, 1)? }
            }
            _ => Mod::Module {
                body: self.stmts(v, root, 0)?,
                type_ignores: self.list(v, root, 1, |r, v| {
                    let node = Node::TypeIgnore;
                    r.group_kind(v, "type_ignore")?;
                    let lineno = r.number(v, node, 0)?.max(0) as u32;
                    let tag = r.maybe_text(v, node, 1)?.unwrap_or_default();
                    Ok(TypeIgnore { lineno, tag })
                })?,
            },
        })
    }

    fn stmt(&mut self, v: Value) -> R<Stmt<'a>> {
        let node = self.group_kind(v, "stmt")?;
        let span = self.span(v, node)?;
        let kind = self.nested(node, |r| r.stmt_kind(v, node))?;
        Ok(Stmt { span, kind })
    }

    fn function(&mut self, v: Value, node: Node) -> R<&'a FunctionDef<'a>> {
        let name = self.name(v, node, 0)?;
        let args = self.one(v, node, 1)?;
        Ok(self.arena.alloc(FunctionDef {
            name,
            args: self.arguments(args)?,
            body: self.stmts(v, node, 2)?,
            decorator_list: self.exprs(v, node, 3)?,
            returns: self.maybe(v, node, 4)?,
            type_comment: self.maybe_text(v, node, 5)?,
            type_params: self.type_params(v, node, 6)?,
        }))
    }

    fn for_(&mut self, v: Value, node: Node) -> R<&'a For<'a>> {
        Ok(self.arena.alloc(For {
            target: *self.child(v, node, 0)?,
            iter: *self.child(v, node, 1)?,
            body: self.stmts(v, node, 2)?,
            orelse: self.stmts(v, node, 3)?,
            type_comment: self.maybe_text(v, node, 4)?,
        }))
    }

    fn with_items(&mut self, v: Value, node: Node) -> R<&'a [WithItem<'a>]> {
        self.list(v, node, 0, |r, v| {
            let node = Node::withitem;
            r.expect(v, node)?;
            Ok(WithItem { context_expr: *r.child(v, node, 0)?, optional_vars: r.maybe(v, node, 1)? })
        })
    }

    fn try_(&mut self, v: Value, node: Node) -> R<&'a Try<'a>> {
        Ok(self.arena.alloc(Try {
            body: self.stmts(v, node, 0)?,
            handlers: self.list(v, node, 1, |r, v| {
                let node = r.group_kind(v, "excepthandler")?;
                let span = r.span(v, node)?;
                let typ = r.maybe(v, node, 0)?;
                let name = r.maybe_name(v, node, 1)?;
                Ok(ExceptHandler { span, typ, name, body: r.stmts(v, node, 2)? })
            })?,
            orelse: self.stmts(v, node, 2)?,
            finalbody: self.stmts(v, node, 3)?,
        }))
    }

    fn aliases(&mut self, v: Value, node: Node, i: usize) -> R<&'a [Alias]> {
        self.list(v, node, i, |r, v| {
            let node = Node::alias;
            r.expect(v, node)?;
            let span = r.span(v, node)?;
            Ok(Alias { span, name: r.name(v, node, 0)?, asname: r.maybe_name(v, node, 1)? })
        })
    }

    fn names(&mut self, v: Value, node: Node, i: usize) -> R<&'a [Symbol]> {
        self.list(v, node, i, Self::symbol)
    }

    fn stmt_kind(&mut self, v: Value, n: Node) -> R<StmtKind<'a>> {
        Ok(match n {
            Node::FunctionDef => StmtKind::FunctionDef(self.function(v, n)?),
            Node::AsyncFunctionDef => StmtKind::AsyncFunctionDef(self.function(v, n)?),
            Node::ClassDef => StmtKind::ClassDef(self.arena.alloc(ClassDef {
                name: self.name(v, n, 0)?,
                bases: self.exprs(v, n, 1)?,
                keywords: self.keywords(v, n, 2)?,
                body: self.stmts(v, n, 3)?,
                decorator_list: self.exprs(v, n, 4)?,
                type_params: self.type_params(v, n, 5)?,
            })),
            Node::Return => StmtKind::Return { value: self.maybe(v, n, 0)? },
            Node::Delete => StmtKind::Delete { targets: self.exprs(v, n, 0)? },
            Node::Assign => StmtKind::Assign {
                targets: self.exprs(v, n, 0)?,
                value: self.child(v, n, 1)?,
                type_comment: self.maybe_text(v, n, 2)?,
            },
            Node::TypeAlias => StmtKind::TypeAlias {
                name: self.child(v, n, 0)?,
                type_params: self.type_params(v, n, 1)?,
                value: self.child(v, n, 2)?,
            },
            Node::AugAssign => {
                let target = self.child(v, n, 0)?;
                let op = self.one(v, n, 1)?;
                let op = operator(self.group_kind(op, "operator")?);
                StmtKind::AugAssign { target, op, value: self.child(v, n, 2)? }
            }
            Node::AnnAssign => StmtKind::AnnAssign {
                target: self.child(v, n, 0)?,
                annotation: self.child(v, n, 1)?,
                value: self.maybe(v, n, 2)?,
                simple: self.number(v, n, 3)? != 0,
            },
            Node::For => StmtKind::For(self.for_(v, n)?),
            Node::AsyncFor => StmtKind::AsyncFor(self.for_(v, n)?),
            Node::While => StmtKind::While {
                test: self.child(v, n, 0)?,
                body: self.stmts(v, n, 1)?,
                orelse: self.stmts(v, n, 2)?,
            },
            Node::If => StmtKind::If {
                test: self.child(v, n, 0)?,
                body: self.stmts(v, n, 1)?,
                orelse: self.stmts(v, n, 2)?,
            },
            Node::With => StmtKind::With {
                items: self.with_items(v, n)?,
                body: self.stmts(v, n, 1)?,
                type_comment: self.maybe_text(v, n, 2)?,
            },
            Node::AsyncWith => StmtKind::AsyncWith {
                items: self.with_items(v, n)?,
                body: self.stmts(v, n, 1)?,
                type_comment: self.maybe_text(v, n, 2)?,
            },
            Node::Match => StmtKind::Match {
                subject: self.child(v, n, 0)?,
                cases: self.list(v, n, 1, |r, v| {
                    let n = Node::match_case;
                    r.expect(v, n)?;
                    let pattern = r.one(v, n, 0)?;
                    let pattern = r.pattern(pattern)?;
                    Ok(MatchCase { pattern, guard: r.maybe(v, n, 1)?, body: r.stmts(v, n, 2)? })
                })?,
            },
            Node::Raise => StmtKind::Raise { exc: self.maybe(v, n, 0)?, cause: self.maybe(v, n, 1)? },
            Node::Try => StmtKind::Try(self.try_(v, n)?),
            Node::TryStar => StmtKind::TryStar(self.try_(v, n)?),
            Node::Assert => StmtKind::Assert { test: self.child(v, n, 0)?, msg: self.maybe(v, n, 1)? },
            Node::Import => StmtKind::Import { names: self.aliases(v, n, 0)? },
            Node::ImportFrom => {
                let module = self.maybe_name(v, n, 0)?;
                let names = self.aliases(v, n, 1)?;
                let level = self.number(v, n, 2)?;
                if level < 0 {
                    return Err(self.vm.value_error("Negative ImportFrom level"));
                }
                StmtKind::ImportFrom { module, names, level: level as u32 }
            }
            Node::Global => StmtKind::Global { names: self.names(v, n, 0)? },
            Node::Nonlocal => StmtKind::Nonlocal { names: self.names(v, n, 0)? },
            Node::Expr => StmtKind::Expr { value: self.child(v, n, 0)? },
            Node::Break => StmtKind::Break,
            Node::Continue => StmtKind::Continue,
            _ => StmtKind::Pass,
        })
    }

    fn expr(&mut self, v: Value) -> R<Expr<'a>> {
        let node = self.group_kind(v, "expr")?;
        let span = self.span(v, node)?;
        // The left spine may be long: it does not count as nesting.
        let spine =
            matches!(node, Node::BinOp | Node::Compare | Node::Attribute | Node::Subscript | Node::Call);
        let depth = self.depth;
        self.depth -= u32::from(spine && depth > 0);
        let kind = self.nested(node, |r| r.expr_kind(v, node));
        self.depth = depth;
        Ok(Expr { span, kind: kind? })
    }

    fn generators(&mut self, v: Value, n: Node, i: usize) -> R<&'a [Comprehension<'a>]> {
        self.list(v, n, i, |r, v| {
            let n = Node::comprehension;
            r.expect(v, n)?;
            Ok(Comprehension {
                target: *r.child(v, n, 0)?,
                iter: *r.child(v, n, 1)?,
                ifs: r.exprs(v, n, 2)?,
                is_async: r.number(v, n, 3)? != 0,
            })
        })
    }

    fn expr_kind(&mut self, v: Value, n: Node) -> R<ExprKind<'a>> {
        Ok(match n {
            Node::BoolOp => {
                let op = self.one(v, n, 0)?;
                let op = match self.group_kind(op, "boolop")? {
                    Node::And => BoolOp::And,
                    _ => BoolOp::Or,
                };
                ExprKind::BoolOp { op, values: self.exprs(v, n, 1)? }
            }
            Node::NamedExpr => {
                ExprKind::NamedExpr { target: self.child(v, n, 0)?, value: self.child(v, n, 1)? }
            }
            Node::BinOp => {
                let left = self.child(v, n, 0)?;
                let op = self.one(v, n, 1)?;
                let op = operator(self.group_kind(op, "operator")?);
                ExprKind::BinOp { left, op, right: self.child(v, n, 2)? }
            }
            Node::UnaryOp => {
                let op = self.one(v, n, 0)?;
                let op = match self.group_kind(op, "unaryop")? {
                    Node::Invert => UnaryOp::Invert,
                    Node::Not => UnaryOp::Not,
                    Node::UAdd => UnaryOp::UAdd,
                    _ => UnaryOp::USub,
                };
                ExprKind::UnaryOp { op, operand: self.child(v, n, 1)? }
            }
            Node::Lambda => {
                let args = self.one(v, n, 0)?;
                ExprKind::Lambda { args: self.arena.alloc(self.arguments(args)?), body: self.child(v, n, 1)? }
            }
            Node::IfExp => ExprKind::IfExp {
                test: self.child(v, n, 0)?,
                body: self.child(v, n, 1)?,
                orelse: self.child(v, n, 2)?,
            },
            Node::Dict => ExprKind::Dict { keys: self.maybe_exprs(v, n, 0)?, values: self.exprs(v, n, 1)? },
            Node::Set => ExprKind::Set { elts: self.exprs(v, n, 0)? },
            Node::ListComp => {
                ExprKind::ListComp { elt: self.child(v, n, 0)?, generators: self.generators(v, n, 1)? }
            }
            Node::SetComp => {
                ExprKind::SetComp { elt: self.child(v, n, 0)?, generators: self.generators(v, n, 1)? }
            }
            Node::DictComp => ExprKind::DictComp {
                key: self.child(v, n, 0)?,
                value: self.child(v, n, 1)?,
                generators: self.generators(v, n, 2)?,
            },
            Node::GeneratorExp => {
                ExprKind::GeneratorExp { elt: self.child(v, n, 0)?, generators: self.generators(v, n, 1)? }
            }
            Node::Await => ExprKind::Await { value: self.child(v, n, 0)? },
            Node::Yield => ExprKind::Yield { value: self.maybe(v, n, 0)? },
            Node::YieldFrom => ExprKind::YieldFrom { value: self.child(v, n, 0)? },
            Node::Compare => {
                let left = self.child(v, n, 0)?;
                let ops = self.list(v, n, 1, |r, v| Ok(cmp_op(r.group_kind(v, "cmpop")?)))?;
                ExprKind::Compare { left, ops, comparators: self.exprs(v, n, 2)? }
            }
            Node::Call => ExprKind::Call {
                func: self.child(v, n, 0)?,
                args: self.exprs(v, n, 1)?,
                keywords: self.keywords(v, n, 2)?,
            },
            Node::FormattedValue => ExprKind::FormattedValue {
                value: self.child(v, n, 0)?,
                conversion: self.number(v, n, 1)?,
                format_spec: self.maybe(v, n, 2)?,
            },
            Node::Interpolation => {
                let value = self.child(v, n, 0)?;
                let text = self.one(v, n, 1)?;
                let str = match self.constant(text)? {
                    Constant::Str(text) => text,
                    _ => PyString::default(),
                };
                let conversion = self.number(v, n, 2)?;
                ExprKind::Interpolation { value, str, conversion, format_spec: self.maybe(v, n, 3)? }
            }
            Node::JoinedStr => ExprKind::JoinedStr { values: self.exprs(v, n, 0)? },
            Node::TemplateStr => ExprKind::TemplateStr { values: self.exprs(v, n, 0)? },
            Node::Attribute => ExprKind::Attribute {
                value: self.child(v, n, 0)?,
                attr: self.name(v, n, 1)?,
                ctx: self.ctx(v, n, 2)?,
            },
            Node::Subscript => ExprKind::Subscript {
                value: self.child(v, n, 0)?,
                slice: self.child(v, n, 1)?,
                ctx: self.ctx(v, n, 2)?,
            },
            Node::Starred => ExprKind::Starred { value: self.child(v, n, 0)?, ctx: self.ctx(v, n, 1)? },
            Node::Name => ExprKind::Name { id: self.name(v, n, 0)?, ctx: self.ctx(v, n, 1)? },
            Node::List => ExprKind::List { elts: self.exprs(v, n, 0)?, ctx: self.ctx(v, n, 1)? },
            Node::Tuple => ExprKind::Tuple { elts: self.exprs(v, n, 0)?, ctx: self.ctx(v, n, 1)? },
            Node::Slice => ExprKind::Slice {
                lower: self.maybe(v, n, 0)?,
                upper: self.maybe(v, n, 1)?,
                step: self.maybe(v, n, 2)?,
            },
            _ => {
                let value = self.one(v, n, 0)?;
                let value = self.constant(value)?;
                ExprKind::Constant { value, kind: self.maybe_text(v, n, 1)?.is_some() }
            }
        })
    }

    fn constant(&mut self, v: Value) -> R<Constant<'a>> {
        literal(self.arena, self.vm, v, 0)
    }

    fn keywords(&mut self, v: Value, n: Node, i: usize) -> R<&'a [Keyword<'a>]> {
        self.list(v, n, i, |r, v| {
            let n = Node::keyword;
            r.expect(v, n)?;
            let span = r.span(v, n)?;
            Ok(Keyword { span, arg: r.maybe_name(v, n, 0)?, value: *r.child(v, n, 1)? })
        })
    }

    fn arg(&mut self, v: Value) -> R<Arg<'a>> {
        let n = Node::arg;
        self.expect(v, n)?;
        let span = self.span(v, n)?;
        Ok(Arg {
            span,
            arg: self.name(v, n, 0)?,
            annotation: self.maybe(v, n, 1)?,
            type_comment: self.maybe_text(v, n, 2)?,
        })
    }

    fn maybe_arg(&mut self, v: Value, i: usize) -> R<Option<&'a Arg<'a>>> {
        match self.field(v, Node::arguments, i)? {
            Some(v) => self.arg(v).map(|a| Some(&*self.arena.alloc(a))),
            None => Ok(None),
        }
    }

    fn arguments(&mut self, v: Value) -> R<Arguments<'a>> {
        let n = Node::arguments;
        self.expect(v, n)?;
        Ok(Arguments {
            posonlyargs: self.list(v, n, 0, Self::arg)?,
            args: self.list(v, n, 1, Self::arg)?,
            vararg: self.maybe_arg(v, 2)?,
            kwonlyargs: self.list(v, n, 3, Self::arg)?,
            kw_defaults: self.maybe_exprs(v, n, 4)?,
            kwarg: self.maybe_arg(v, 5)?,
            defaults: self.exprs(v, n, 6)?,
        })
    }

    fn type_params(&mut self, v: Value, n: Node, i: usize) -> R<&'a [TypeParam<'a>]> {
        self.list(v, n, i, |r, v| {
            let n = r.group_kind(v, "type_param")?;
            let span = r.span(v, n)?;
            let name = r.name(v, n, 0)?;
            let kind = match n {
                Node::TypeVar => {
                    let bound = r.maybe(v, n, 1)?;
                    TypeParamKind::TypeVar { name, bound, default_value: r.maybe(v, n, 2)? }
                }
                Node::ParamSpec => TypeParamKind::ParamSpec { name, default_value: r.maybe(v, n, 1)? },
                _ => TypeParamKind::TypeVarTuple { name, default_value: r.maybe(v, n, 1)? },
            };
            Ok(TypeParam { span, kind })
        })
    }

    fn patterns(&mut self, v: Value, n: Node, i: usize) -> R<&'a [Pattern<'a>]> {
        self.list(v, n, i, Self::pattern)
    }

    fn pattern(&mut self, v: Value) -> R<Pattern<'a>> {
        let n = self.group_kind(v, "pattern")?;
        let span = self.span(v, n)?;
        let kind = self.nested(n, |r| r.pattern_kind(v, n))?;
        Ok(Pattern { span, kind })
    }

    fn pattern_kind(&mut self, v: Value, n: Node) -> R<PatternKind<'a>> {
        Ok(match n {
            Node::MatchValue => PatternKind::MatchValue { value: self.child(v, n, 0)? },
            Node::MatchSingleton => {
                let value = self.one(v, n, 0)?;
                PatternKind::MatchSingleton { value: self.constant(value)? }
            }
            Node::MatchSequence => PatternKind::MatchSequence { patterns: self.patterns(v, n, 0)? },
            Node::MatchMapping => PatternKind::MatchMapping {
                keys: self.exprs(v, n, 0)?,
                patterns: self.patterns(v, n, 1)?,
                rest: self.maybe_name(v, n, 2)?,
            },
            Node::MatchClass => PatternKind::MatchClass {
                cls: self.child(v, n, 0)?,
                patterns: self.patterns(v, n, 1)?,
                kwd_attrs: self.names(v, n, 2)?,
                kwd_patterns: self.patterns(v, n, 3)?,
            },
            Node::MatchStar => PatternKind::MatchStar { name: self.maybe_name(v, n, 0)? },
            Node::MatchAs => {
                let pattern = match self.field(v, n, 0)? {
                    Some(p) => Some(&*self.arena.alloc(self.pattern(p)?)),
                    None => None,
                };
                PatternKind::MatchAs { pattern, name: self.maybe_name(v, n, 1)? }
            }
            _ => PatternKind::MatchOr { patterns: self.patterns(v, n, 0)? },
        })
    }
}

/// A `None` among expressions, for the validation to find.
fn missing<'a>() -> Expr<'a> {
    Expr { span: MISSING, kind: ExprKind::Constant { value: Constant::None, kind: false } }
}

fn operator(node: Node) -> Operator {
    match node {
        Node::Add => Operator::Add,
        Node::Sub => Operator::Sub,
        Node::Mult => Operator::Mult,
        Node::MatMult => Operator::MatMult,
        Node::Div => Operator::Div,
        Node::Mod => Operator::Mod,
        Node::Pow => Operator::Pow,
        Node::LShift => Operator::LShift,
        Node::RShift => Operator::RShift,
        Node::BitOr => Operator::BitOr,
        Node::BitXor => Operator::BitXor,
        Node::BitAnd => Operator::BitAnd,
        _ => Operator::FloorDiv,
    }
}

fn cmp_op(node: Node) -> CmpOp {
    match node {
        Node::Eq => CmpOp::Eq,
        Node::NotEq => CmpOp::NotEq,
        Node::Lt => CmpOp::Lt,
        Node::LtE => CmpOp::LtE,
        Node::Gt => CmpOp::Gt,
        Node::GtE => CmpOp::GtE,
        Node::Is => CmpOp::Is,
        Node::IsNot => CmpOp::IsNot,
        Node::In => CmpOp::In,
        _ => CmpOp::NotIn,
    }
}

/// What a value is as a constant of a tree; TypeError for one that can't be.
pub(crate) fn literal<'a>(arena: &'a Arena, vm: &mut Vm, v: Value, depth: u32) -> R<Constant<'a>> {
    use crate::object::ids;
    Ok(match id_of(v) {
        ids::NONE => Constant::None,
        ids::BOOL if v == Value::TRUE => Constant::True,
        ids::BOOL => Constant::False,
        ids::ELLIPSIS => Constant::Ellipsis,
        ids::INT => match int::to_i128(v).map(i64::try_from) {
            Some(Ok(n)) => Constant::Int(n),
            _ => {
                let magnitude = Magnitude::new(arena, &int::Digits::of(v).ubig());
                if int::is_negative(v) { Constant::Negative(magnitude) } else { Constant::BigInt(magnitude) }
            }
        },
        ids::FLOAT => Constant::Float(as_f64(vm, v).unwrap_or_default()),
        ids::COMPLEX => {
            let (re, im) = crate::types::complex::as_pair(vm, v).unwrap_or_default();
            Constant::Complex(re, im)
        }
        ids::STR => {
            let text = vm.exact::<Str>(v).expect("told by its id");
            let mut out = PyStringBuf::new();
            for c in text.iter() {
                out.push(c);
            }
            Constant::Str(out.finish(arena))
        }
        ids::BYTES => {
            let bytes = vm.exact::<Bytes>(v).expect("told by its id");
            Constant::Bytes(arena.alloc_slice_copy(bytes.as_slice()))
        }
        id @ (ids::TUPLE | ids::FROZENSET) if depth < MAX_DEPTH => {
            let items = vm.collect(v)?;
            let mut out = Vec::new();
            for item in items.iter() {
                out.push(literal(arena, vm, *item, depth + 1)?);
            }
            let out = arena.alloc_slice_copy(&out);
            if id == ids::TUPLE { Constant::Tuple(out) } else { Constant::FrozenSet(out) }
        }
        _ => {
            let got = vm.type_name(v);
            return Err(vm.type_error(format!("got an invalid type in Constant: {got}")));
        }
    })
}
