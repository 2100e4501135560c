//! What bootstrap needs to make the builtin exception classes: each one's declaration and native attributes.

use super::{Exception, attributes, group, os, simple, syntax, unicode};
use crate::native::{GetSetDecl, TypeDecl};
use crate::vm::Exc;

/// The methods a class adds; none: it differs from its base in name only.
pub fn decl(exc: Exc) -> Option<&'static TypeDecl> {
    Some(match exc {
        Exc::BaseException => Exception::DECL,
        Exc::StopIteration => simple::StopIteration::DECL,
        Exc::SystemExit => simple::SystemExit::DECL,
        Exc::KeyError => simple::KeyError::DECL,
        Exc::ImportError => simple::ImportError::DECL,
        Exc::AttributeError => simple::AttributeError::DECL,
        Exc::NameError => simple::NameError::DECL,
        Exc::OSError => os::OsError::DECL,
        Exc::SyntaxError => syntax::SyntaxError::DECL,
        Exc::UnicodeEncodeError => unicode::UnicodeEncodeError::DECL,
        Exc::UnicodeDecodeError => unicode::UnicodeDecodeError::DECL,
        Exc::UnicodeTranslateError => unicode::UnicodeTranslateError::DECL,
        Exc::BaseExceptionGroup => group::BaseExceptionGroup::DECL,
        _ => return None,
    })
}

/// Computed attributes that a class adds besides those of its declaration.
pub fn attributes(exc: Exc) -> &'static [GetSetDecl] {
    attributes::of_class(exc)
}

/// The second base of the one builtin exception class that has two.
pub fn second_base(exc: Exc) -> Option<Exc> {
    (exc == Exc::ExceptionGroup).then_some(Exc::Exception)
}
