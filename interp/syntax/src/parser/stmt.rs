//! Files and simple statements.

use super::memo::Rule;
use super::targets::is_single;
use super::{Fail, Parser, R};
use crate::ast::*;
use crate::token::TokenKind;

fn augmented(kind: TokenKind) -> Option<Operator> {
    Some(match kind {
        TokenKind::PlusEqual => Operator::Add,
        TokenKind::MinusEqual => Operator::Sub,
        TokenKind::StarEqual => Operator::Mult,
        TokenKind::AtEqual => Operator::MatMult,
        TokenKind::SlashEqual => Operator::Div,
        TokenKind::PercentEqual => Operator::Mod,
        TokenKind::AmperEqual => Operator::BitAnd,
        TokenKind::VBarEqual => Operator::BitOr,
        TokenKind::CaretEqual => Operator::BitXor,
        TokenKind::LeftShiftEqual => Operator::LShift,
        TokenKind::RightShiftEqual => Operator::RShift,
        TokenKind::DoubleStarEqual => Operator::Pow,
        TokenKind::DoubleSlashEqual => Operator::FloorDiv,
        _ => return None,
    })
}

impl<'a> Parser<'_, 'a> {
    pub(super) fn file(&mut self) -> R<Mod<'a>> {
        let mut body = Vec::new();
        while !self.at(TokenKind::EndMarker) {
            self.statement(&mut body)?;
        }
        let line = |span: &Span| self.source.lines.line(span.start);
        let tag = |span: &Span| &*self.arena.alloc_str(&self.src[span.range()]);
        let ignores = self.type_ignores.iter();
        let type_ignores: Vec<_> =
            ignores.map(|span| TypeIgnore { lineno: line(span), tag: tag(span) }).collect();
        Ok(Mod::Module { body: self.many(&body), type_ignores: self.many(&type_ignores) })
    }

    pub(super) fn eval(&mut self) -> R<Mod<'a>> {
        let body = self.arena.alloc(self.bare_expressions()?);
        while self.eat(TokenKind::Newline) {}
        if !self.at(TokenKind::EndMarker) {
            return Err(Fail::Soft);
        }
        Ok(Mod::Expression { body })
    }

    fn bare_expressions(&mut self) -> R<Expr<'a>> {
        self.expressions()
    }

    /// `statement_newline`: one simple line, one compound statement and a newline, or nothing.
    pub(super) fn interactive(&mut self) -> R<Mod<'a>> {
        let mut body = Vec::new();
        match self.kind() {
            TokenKind::Newline => {
                let token = self.bump();
                body.push(Stmt { span: token.span(), kind: StmtKind::Pass });
            }
            TokenKind::EndMarker => return Err(Fail::Soft),
            _ => {
                let compound = self.compound_statement()?;
                match compound {
                    Some(stmt) => {
                        body.push(stmt);
                        self.expect(TokenKind::Newline)?;
                    }
                    None => self.simple_stmts(&mut body)?,
                }
            }
        }
        let rest = &self.tokens[self.pos..];
        use TokenKind::{Dedent, EndMarker, Indent, Newline};
        if rest.iter().any(|t| !matches!(t.kind, Newline | Indent | Dedent | EndMarker)) {
            self.pos -= 1;
            let msg = "multiple statements found while compiling a single statement";
            return self.raise_far(crate::error::ErrKind::SyntaxError, msg);
        }
        Ok(Mod::Interactive { body: self.many(&body) })
    }

    /// `'(' [types] ')' '->' expression`.
    pub(super) fn func_type(&mut self) -> R<Mod<'a>> {
        self.expect(TokenKind::LParen)?;
        let mut argtypes = Vec::new();
        // Plain types, then one with `*`, then one with `**`; no comma at the end.
        let mut last = TokenKind::Comma;
        while !self.at(TokenKind::RParen) || !argtypes.is_empty() {
            let kind = self.kind();
            match (kind, last) {
                (TokenKind::DoubleStar, TokenKind::Comma | TokenKind::Star)
                | (TokenKind::Star, TokenKind::Comma) => {
                    self.bump();
                    last = kind;
                }
                (_, TokenKind::Comma) => {}
                _ => return Err(Fail::Soft),
            }
            argtypes.push(self.expression()?);
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        self.expect(TokenKind::RParen)?;
        self.expect(TokenKind::RArrow)?;
        let returns = self.arena.alloc(self.expression()?);
        while self.eat(TokenKind::Newline) {}
        if !self.at(TokenKind::EndMarker) {
            return Err(Fail::Soft);
        }
        Ok(Mod::FunctionType { argtypes: self.many(&argtypes), returns })
    }

    /// A compound statement, or a line of simple ones.
    pub(super) fn statement(&mut self, body: &mut Vec<Stmt<'a>>) -> R {
        match self.compound_statement()? {
            Some(stmt) => {
                body.push(stmt);
                Ok(())
            }
            None => self.simple_stmts(body),
        }
    }

    /// `';'.simple_stmt+ [';'] NEWLINE`.
    pub(super) fn simple_stmts(&mut self, body: &mut Vec<Stmt<'a>>) -> R {
        loop {
            body.push(self.simple_stmt()?);
            if self.eat(TokenKind::Semi) {
                if self.at(TokenKind::Newline) {
                    break;
                }
                continue;
            }
            break;
        }
        self.expect(TokenKind::Newline)?;
        Ok(())
    }

    pub(super) fn simple_stmt(&mut self) -> R<Stmt<'a>> {
        if self.diagnose || self.recording {
            return self.remembered(Rule::SimpleStmt, Self::plain_simple_stmt);
        }
        self.plain_simple_stmt()
    }

    fn plain_simple_stmt(&mut self) -> R<Stmt<'a>> {
        let start = self.token().start;
        let kind = match self.kind() {
            TokenKind::KwPass => self.word(StmtKind::Pass)?,
            TokenKind::KwBreak => self.word(StmtKind::Break)?,
            TokenKind::KwContinue => self.word(StmtKind::Continue)?,
            TokenKind::KwReturn => {
                self.bump();
                let done = !self.diagnose && matches!(self.kind(), TokenKind::Newline | TokenKind::Semi);
                let value = if done { None } else { self.attempt(Self::star_expressions)? };
                let value = self.maybe(value);
                StmtKind::Return { value }
            }
            TokenKind::KwImport => self.import()?,
            TokenKind::KwFrom => self.import_from()?,
            TokenKind::KwRaise => self.raise_stmt()?,
            TokenKind::KwDel => self.del_stmt()?,
            TokenKind::KwYield => {
                let e = self.yield_stmt()?;
                return Ok(e);
            }
            TokenKind::KwAssert => self.assert_stmt()?,
            TokenKind::KwGlobal => StmtKind::Global { names: self.name_list()? },
            TokenKind::KwNonlocal => StmtKind::Nonlocal { names: self.name_list()? },
            TokenKind::Name if self.kind_after() == TokenKind::Name && self.at_word("type") => {
                match self.attempt(Self::type_alias)? {
                    Some(kind) => kind,
                    None => return self.expression_stmt(),
                }
            }
            _ => return self.expression_stmt(),
        };
        Ok(Stmt { span: self.span_from(start), kind })
    }

    /// A statement of one keyword. The second pass looks for an expression that starts with it by mistake.
    fn word(&mut self, kind: StmtKind<'a>) -> R<StmtKind<'a>> {
        if self.diagnose {
            let pos = self.pos;
            self.attempt(Self::star_expressions)?;
            self.pos = pos;
        }
        self.bump();
        Ok(kind)
    }

    fn yield_stmt(&mut self) -> R<Stmt<'a>> {
        let start = self.token().start;
        let e = self.yield_expr()?;
        if self.diagnose && self.at(TokenKind::Equal) {
            return self.raise_at(e.span, "assignment to yield expression not possible");
        }
        let kind = StmtKind::Expr { value: self.arena.alloc(e) };
        Ok(Stmt { span: self.span_from(start), kind })
    }

    /// Assignments of all sorts, and expressions.
    fn expression_stmt(&mut self) -> R<Stmt<'a>> {
        let start = self.token().start;
        if self.diagnose {
            let pos = self.pos;
            if let Some(kind) = self.attempt(Self::assignment)? {
                return Ok(Stmt { span: self.span_from(start), kind });
            }
            self.invalid_assignment()?;
            self.pos = pos;
            let value = self.arena.alloc(self.star_expressions()?);
            return Ok(Stmt { span: self.span_from(start), kind: StmtKind::Expr { value } });
        }
        let first = self.token();
        let value = self.star_expressions()?;
        let kind = match self.kind() {
            TokenKind::Newline | TokenKind::Semi => StmtKind::Expr { value: self.arena.alloc(value) },
            TokenKind::Equal | TokenKind::Colon => self.assignment_after(first.kind, value)?,
            kind if augmented(kind).is_some() => self.assignment_after(first.kind, value)?,
            _ => StmtKind::Expr { value: self.arena.alloc(value) },
        };
        Ok(Stmt { span: self.span_from(start), kind })
    }

    /// An assignment of any sort, or a soft failure.
    fn assignment(&mut self) -> R<StmtKind<'a>> {
        let first = self.token();
        self.probe_targets()?;
        let value = self.quietly(Self::star_expressions)?;
        self.assignment_after(first.kind, value)
    }

    /// Where mistakes are looked for, those in the calls and subscripts of what might be targets come first.
    fn probe_targets(&mut self) -> R {
        let pos = self.pos;
        if self.diagnose {
            self.attempt(|p| p.primary_or_target(true))?;
            self.reset(pos);
        }
        Ok(())
    }

    fn assignment_after(&mut self, first: TokenKind, mut value: Expr<'a>) -> R<StmtKind<'a>> {
        if self.at(TokenKind::Colon) {
            // A list or tuple can't be annotated; a name in parentheses counts as not simple.
            if !is_single(&value) || !self.set_context(&mut value, ExprContext::Store, false) {
                return Err(Fail::Soft);
            }
            self.bump();
            let simple = first == TokenKind::Name && matches!(value.kind, ExprKind::Name { .. });
            let annotation = self.arena.alloc(self.expression()?);
            let right = if self.at(TokenKind::Equal) {
                self.attempt(|p| {
                    p.bump();
                    p.annotated_rhs()
                })?
            } else {
                None
            };
            let value_ = self.maybe(right);
            return Ok(StmtKind::AnnAssign {
                target: self.arena.alloc(value),
                annotation,
                value: value_,
                simple,
            });
        }
        if let Some(op) = augmented(self.kind()) {
            if !is_single(&value) || !self.set_context(&mut value, ExprContext::Store, false) {
                return Err(Fail::Soft);
            }
            self.bump();
            let right = self.arena.alloc(self.annotated_rhs()?);
            return Ok(StmtKind::AugAssign { target: self.arena.alloc(value), op, value: right });
        }
        let mut targets = self.spare_exprs.pop().unwrap_or_default();
        while self.at(TokenKind::Equal) {
            if !self.set_context(&mut value, ExprContext::Store, true) {
                return Err(Fail::Soft);
            }
            self.bump();
            targets.push(value);
            let yields = self.at(TokenKind::KwYield);
            self.probe_targets()?;
            value = self.annotated_rhs()?;
            if yields {
                break;
            }
        }
        if targets.is_empty() || self.at(TokenKind::Equal) {
            return Err(Fail::Soft);
        }
        let type_comment = self.type_comment();
        let made = self.many(&targets);
        targets.clear();
        self.spare_exprs.push(targets);
        Ok(StmtKind::Assign { targets: made, value: self.arena.alloc(value), type_comment })
    }

    pub(super) fn type_comment(&mut self) -> TypeComment<'a> {
        if !self.at(TokenKind::TypeComment) {
            return None;
        }
        let token = self.bump();
        Some(self.arena.alloc_str(self.text(token)))
    }

    fn name_list(&mut self) -> R<&'a [Symbol]> {
        self.bump();
        let mut names = vec![self.name()?.0];
        while self.eat(TokenKind::Comma) {
            names.push(self.name()?.0);
        }
        Ok(self.many(&names))
    }

    fn raise_stmt(&mut self) -> R<StmtKind<'a>> {
        self.bump();
        let done = !self.diagnose && matches!(self.kind(), TokenKind::Newline | TokenKind::Semi);
        let exc = if done { None } else { self.attempt(Self::expression)? };
        let mut cause = None;
        if exc.is_some() && self.at(TokenKind::KwFrom) {
            cause = self.attempt(|p| {
                p.bump();
                p.expression()
            })?;
        }
        Ok(StmtKind::Raise { exc: self.maybe(exc), cause: self.maybe(cause) })
    }

    fn del_stmt(&mut self) -> R<StmtKind<'a>> {
        self.bump();
        let pos = self.pos;
        let targets = self.attempt(|p| {
            let mut targets = vec![p.del_target()?];
            p.more_elements(&mut targets, Self::del_target)?;
            if matches!(p.kind(), TokenKind::Semi | TokenKind::Newline) {
                Ok(targets)
            } else {
                Err(Fail::Soft)
            }
        })?;
        match targets {
            Some(targets) => Ok(StmtKind::Delete { targets: self.many(&targets) }),
            None => {
                if self.diagnose {
                    self.pos = pos;
                    self.invalid_del()?;
                }
                Err(Fail::Soft)
            }
        }
    }

    fn assert_stmt(&mut self) -> R<StmtKind<'a>> {
        self.bump();
        let test = self.arena.alloc(self.expression()?);
        let msg = if self.at(TokenKind::Comma) {
            self.attempt(|p| {
                p.bump();
                p.expression()
            })?
        } else {
            None
        };
        Ok(StmtKind::Assert { test, msg: self.maybe(msg) })
    }

    /// `"type" NAME [type_params] '=' expression`.
    fn type_alias(&mut self) -> R<StmtKind<'a>> {
        self.bump();
        let token = self.expect(TokenKind::Name)?;
        let name = self.arena.alloc(self.name_expr(token, ExprContext::Store));
        let type_params = self.type_params()?;
        self.expect(TokenKind::Equal)?;
        let value = self.arena.alloc(self.expression()?);
        Ok(StmtKind::TypeAlias { name, type_params, value })
    }

    fn import(&mut self) -> R<StmtKind<'a>> {
        if self.diagnose {
            self.invalid_import()?;
        }
        self.bump();
        let mut names = vec![self.dotted_as_name()?];
        while self.at(TokenKind::Comma) {
            match self.attempt(|p| {
                p.bump();
                p.dotted_as_name()
            })? {
                Some(name) => names.push(name),
                None => break,
            }
        }
        Ok(StmtKind::Import { names: self.many(&names) })
    }

    fn dotted_as_name(&mut self) -> R<Alias> {
        if self.diagnose {
            self.invalid_import_as(true)?;
        }
        let start = self.token().start;
        let name = self.dotted_name()?;
        let asname = self.as_name()?;
        Ok(Alias { span: self.span_from(start), name, asname })
    }

    fn as_name(&mut self) -> R<Option<Symbol>> {
        if !self.at(TokenKind::KwAs) {
            return Ok(None);
        }
        self.attempt(|p| {
            p.bump();
            Ok(p.name()?.0)
        })
    }

    pub(super) fn dotted_name(&mut self) -> R<Symbol> {
        let (first, _) = self.name()?;
        if !self.at(TokenKind::Dot) {
            return Ok(first);
        }
        let mut dotted = self.interner.resolve(first).to_owned();
        while self.at(TokenKind::Dot) {
            let next = self.attempt(|p| {
                p.bump();
                p.name()
            })?;
            let Some((name, _)) = next else { break };
            dotted.push('.');
            dotted.push_str(self.interner.resolve(name));
        }
        Ok(self.interner.intern(&dotted))
    }

    fn import_from(&mut self) -> R<StmtKind<'a>> {
        self.bump();
        let mut level = 0;
        loop {
            match self.kind() {
                TokenKind::Dot => level += 1,
                TokenKind::Ellipsis => level += 3,
                _ => break,
            }
            self.bump();
        }
        let module = if level > 0 && self.at(TokenKind::KwImport) { None } else { Some(self.dotted_name()?) };
        self.expect(TokenKind::KwImport)?;
        let pos = self.pos;
        let names = match self.import_targets() {
            Err(Fail::Soft) if self.diagnose => {
                self.reset(pos);
                self.invalid_import_targets()?;
                return Err(Fail::Soft);
            }
            result => result?,
        };
        if level == 0 && module == Some(sym::DUNDER_FUTURE) && names.iter().any(|n| n.name == sym::BARRY) {
            self.flufl = true;
        }
        Ok(StmtKind::ImportFrom { module, names, level })
    }

    fn import_targets(&mut self) -> R<&'a [Alias]> {
        match self.kind() {
            TokenKind::Star => {
                let token = self.bump();
                Ok(self.only(Alias { span: token.span(), name: sym::STAR, asname: None }))
            }
            TokenKind::LParen => {
                self.bump();
                let names = self.import_as_names()?;
                self.eat(TokenKind::Comma);
                self.expect(TokenKind::RParen)?;
                Ok(names)
            }
            _ => {
                let names = self.import_as_names()?;
                if self.at(TokenKind::Comma) { Err(Fail::Soft) } else { Ok(names) }
            }
        }
    }

    pub(super) fn import_as_names(&mut self) -> R<&'a [Alias]> {
        let mut names = vec![self.import_as_name()?];
        while self.at(TokenKind::Comma) {
            match self.attempt(|p| {
                p.bump();
                p.import_as_name()
            })? {
                Some(name) => names.push(name),
                None => break,
            }
        }
        Ok(self.many(&names))
    }

    fn import_as_name(&mut self) -> R<Alias> {
        if self.diagnose {
            self.invalid_import_as(false)?;
        }
        let (name, token) = self.name()?;
        let asname = self.as_name()?;
        Ok(Alias { span: self.span_from(token.start), name, asname })
    }
}
