//! Syntax by the version of Python that brought it: what `ast.parse(feature_version=…)` refuses.

use super::schema::Node;
use crate::value::Value;

/// The minor version that a node needs, and what of it, as CPython's text begins.
pub fn required(node: Node, fields: &[Value]) -> Option<(i64, &'static str)> {
    let has = |i: usize| fields.get(i).is_some_and(|v| !v.is_none());
    Some(match node {
        Node::AsyncFunctionDef => (5, "Async functions are"),
        Node::AsyncFor => (5, "Async for loops are"),
        Node::AsyncWith => (5, "Async with statements are"),
        Node::Await => (5, "Await expressions are"),
        Node::AnnAssign => (6, "Variable annotation syntax is"),
        Node::comprehension if fields.get(3) == Some(&Value::small(1)) => (6, "Async comprehensions are"),
        Node::NamedExpr => (8, "Assignment expressions are"),
        Node::Match => (10, "Pattern matching is"),
        Node::TryStar => (11, "Exception groups are"),
        Node::TypeAlias => (12, "Type statement is"),
        Node::TypeVar if has(2) => (13, "Type parameter defaults are"),
        Node::ParamSpec | Node::TypeVarTuple if has(1) => (13, "Type parameter defaults are"),
        Node::TypeVar | Node::ParamSpec | Node::TypeVarTuple => (12, "Type parameter lists are"),
        Node::TemplateStr => (14, "t-strings are"),
        _ => return None,
    })
}

pub const MATRIX_PRODUCT: (i64, &str) = (5, "The '@' operator is");
pub const UNDERSCORES: (i64, &str) = (6, "Underscores in numeric literals are");
pub const POSITIONAL_ONLY: (i64, &str) = (8, "Positional-only parameters are");
pub const BARE_EXCEPT_TUPLE: (i64, &str) = (14, "except expressions without parentheses are");
