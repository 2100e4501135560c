//! Import statements.

use super::{Compiler, Res};
use crate::code::Const;
use crate::op::Op;
use habu_syntax::ast::{Alias, Span, Symbol};

impl Compiler<'_> {
    pub fn import(&mut self, span: Span, names: &[Alias]) -> Res {
        for alias in names {
            let mark = self.mark();
            let w = self.u.alloc();
            self.load_const(span, w, Const::Int(0));
            let fromlist = self.u.alloc();
            self.op(span, Op::LOAD_NONE, fromlist, 0, 0);
            let n = self.name_number(alias.name);
            self.op(span, Op::IMPORT_NAME, w, w, n);
            self.release(u32::from(w) + 1);
            let text = self.interner.resolve(alias.name).to_owned();
            match alias.asname {
                None => {
                    let first = text.split('.').next().unwrap_or_default();
                    let first = self.interner.intern(first);
                    self.store_name(span, first, w)?;
                }
                Some(asname) => {
                    // `import a.b.c as d` binds the innermost module.
                    for part in text.split('.').skip(1) {
                        let part = self.interner.intern(part);
                        let n = self.name_number(part);
                        self.op(span, Op::IMPORT_FROM, w, w, n);
                    }
                    self.store_name(span, asname, w)?;
                }
            }
            self.release(mark);
        }
        Ok(())
    }

    pub fn import_from(&mut self, span: Span, module: Option<Symbol>, names: &[Alias], level: u32) -> Res {
        let mark = self.mark();
        let w = self.u.alloc();
        self.load_const(span, w, Const::Int(i64::from(level)));
        let fromlist = self.u.alloc();
        let list = names.iter().map(|a| self.name_const(a.name)).collect();
        self.load_const(span, fromlist, Const::Tuple(list));
        let module = module.unwrap_or(habu_syntax::ast::sym::EMPTY);
        let n = self.name_number(module);
        self.op(span, Op::IMPORT_NAME, w, w, n);
        self.release(u32::from(w) + 1);
        for alias in names {
            if self.interner.resolve(alias.name) == "*" {
                self.op(span, Op::IMPORT_STAR, w, super::names::NAMESPACE, 0);
                break;
            }
            let t = self.u.next();
            let n = self.name_number(alias.name);
            self.op(span, Op::IMPORT_FROM, t, w, n);
            self.u.alloc();
            self.store_name(span, alias.asname.unwrap_or(alias.name), t)?;
            self.release(u32::from(w) + 1);
        }
        self.release(mark);
        Ok(())
    }
}
