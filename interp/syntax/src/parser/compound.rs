//! Compound statements and their blocks.

use super::memo::Rule;
use super::{Fail, Parser, R};
use crate::ast::*;
use crate::token::TokenKind;

type IfPart<'a> = (u32, &'a Expr<'a>, &'a [Stmt<'a>]);

impl<'a> Parser<'_, 'a> {
    /// A compound statement; `None` if the next token starts none.
    pub(super) fn compound_statement(&mut self) -> R<Option<Stmt<'a>>> {
        let rule = match self.kind() {
            TokenKind::KwDef => Self::function_def,
            TokenKind::KwIf => Self::if_stmt,
            TokenKind::KwClass => Self::class_def,
            TokenKind::KwFor => Self::for_stmt,
            TokenKind::KwWith => Self::with_stmt,
            TokenKind::KwTry => Self::try_stmt,
            TokenKind::KwWhile => Self::while_stmt,
            TokenKind::At => Self::decorated,
            TokenKind::KwAsync => Self::async_stmt,
            TokenKind::Name if self.at_word("match") => {
                let pos = self.pos;
                if !self.may_be_match() && !self.diagnose {
                    return Ok(None);
                }
                if let Some(stmt) = self.attempt(|p| p.nested(Self::match_stmt))? {
                    return Ok(Some(stmt));
                }
                if self.diagnose {
                    self.invalid_match()?;
                    self.pos = pos;
                }
                return Ok(None);
            }
            _ => return Ok(None),
        };
        self.nested(rule).map(Some)
    }

    /// Whether the token after the word `match` could start its subject.
    fn may_be_match(&self) -> bool {
        use TokenKind::*;
        matches!(
            self.kind_after(),
            Name | Number
                | String
                | FStringStart
                | TStringStart
                | LParen
                | LBracket
                | LBrace
                | Minus
                | Plus
                | Tilde
                | Star
                | Ellipsis
                | KwNot
                | KwLambda
                | KwAwait
                | KwTrue
                | KwFalse
                | KwNone
        )
    }

    /// `NEWLINE INDENT statements DEDENT`, or simple statements on the same line.
    pub(super) fn block(&mut self) -> R<&'a [Stmt<'a>]> {
        if !self.diagnose && !self.recording {
            return self.plain_block();
        }
        self.remembered(Rule::Block, |p| {
            let pos = p.pos;
            match p.plain_block() {
                Err(Fail::Soft) => {
                    p.reset(pos);
                    if p.diagnose {
                        p.invalid_block()?;
                    }
                    Err(Fail::Soft)
                }
                result => result,
            }
        })
    }

    fn plain_block(&mut self) -> R<&'a [Stmt<'a>]> {
        let mut body = self.spare_stmts.pop().unwrap_or_default();
        self.statements(&mut body)?;
        let made = self.many(&body);
        body.clear();
        self.spare_stmts.push(body);
        Ok(made)
    }

    fn statements(&mut self, body: &mut Vec<Stmt<'a>>) -> R {
        if !self.at(TokenKind::Newline) {
            return self.simple_stmts(body);
        }
        self.bump();
        self.expect(TokenKind::Indent)?;
        loop {
            match self.kind() {
                TokenKind::Dedent => break,
                _ => self.statement(body)?,
            }
        }
        self.bump();
        Ok(())
    }

    fn decorated(&mut self) -> R<Stmt<'a>> {
        let mut decorators = Vec::new();
        while self.eat(TokenKind::At) {
            decorators.push(self.named_expression()?);
            self.expect(TokenKind::Newline)?;
        }
        let mut stmt = match self.kind() {
            TokenKind::KwDef => self.function_def()?,
            TokenKind::KwClass => self.class_def()?,
            TokenKind::KwAsync if self.kind_after() == TokenKind::KwDef => self.async_stmt()?,
            TokenKind::KwAsync => {
                self.bump();
                return Err(Fail::Soft);
            }
            _ => return Err(Fail::Soft),
        };
        let decorator_list = self.many(&decorators);
        match &mut stmt.kind {
            StmtKind::FunctionDef(def) | StmtKind::AsyncFunctionDef(def) => {
                *def = self.arena.alloc(FunctionDef { decorator_list, ..**def });
            }
            StmtKind::ClassDef(def) => *def = self.arena.alloc(ClassDef { decorator_list, ..**def }),
            _ => {}
        }
        Ok(stmt)
    }

    fn async_stmt(&mut self) -> R<Stmt<'a>> {
        match self.kind_after() {
            TokenKind::KwDef => self.function_def(),
            TokenKind::KwWith => self.with_stmt(),
            TokenKind::KwFor => self.for_stmt(),
            _ => {
                self.bump();
                Err(Fail::Soft)
            }
        }
    }

    fn function_def(&mut self) -> R<Stmt<'a>> {
        if self.diagnose {
            self.invalid_def()?;
        }
        let start = self.token().start;
        let is_async = self.eat(TokenKind::KwAsync);
        self.expect(TokenKind::KwDef)?;
        let (name, _) = self.name()?;
        let type_params = self.attempt(Self::type_params)?.unwrap_or_default();
        self.expect_forced(TokenKind::LParen)?;
        let args = self.params()?;
        self.expect(TokenKind::RParen)?;
        let returns = if self.at(TokenKind::RArrow) {
            self.attempt(|p| {
                p.bump();
                p.expression()
            })?
        } else {
            None
        };
        let returns = self.maybe(returns);
        self.expect_forced(TokenKind::Colon)?;
        let type_comment = self.func_type_comment()?;
        let body = self.block()?;
        let def = FunctionDef { name, args, body, decorator_list: &[], returns, type_comment, type_params };
        let def = &*self.arena.alloc(def);
        let kind = if is_async { StmtKind::AsyncFunctionDef(def) } else { StmtKind::FunctionDef(def) };
        Ok(Stmt { span: self.block_span(start), kind })
    }

    /// A type comment after the colon, or on a line of its own before the block.
    fn func_type_comment(&mut self) -> R<TypeComment<'a>> {
        if self.at(TokenKind::Newline) && self.kind_after() == TokenKind::TypeComment {
            let third = self.tokens.get(self.pos + 2).map(|t| t.kind);
            let fourth = self.tokens.get(self.pos + 3).map(|t| t.kind);
            if third == Some(TokenKind::Newline) && fourth == Some(TokenKind::Indent) {
                self.bump();
                return Ok(self.type_comment());
            }
        }
        if self.diagnose && self.at(TokenKind::TypeComment) && self.kind_after() == TokenKind::Newline {
            let again = self.tokens.get(self.pos + 2).map(|t| t.kind);
            if again == Some(TokenKind::TypeComment) {
                return self
                    .raise_far(crate::error::ErrKind::SyntaxError, "Cannot have two type comments on def");
            }
        }
        Ok(self.type_comment())
    }

    fn class_def(&mut self) -> R<Stmt<'a>> {
        if self.diagnose {
            self.invalid_class()?;
        }
        let start = self.expect(TokenKind::KwClass)?.start;
        let (name, _) = self.name()?;
        let type_params = self.type_params()?;
        let (bases, keywords) = if self.eat(TokenKind::LParen) {
            let args = if self.at(TokenKind::RParen) { Default::default() } else { self.arguments()? };
            self.expect(TokenKind::RParen)?;
            args
        } else {
            Default::default()
        };
        self.expect(TokenKind::Colon)?;
        let body = self.block()?;
        let def = ClassDef { name, bases, keywords, body, decorator_list: &[], type_params };
        Ok(Stmt { span: self.block_span(start), kind: StmtKind::ClassDef(self.arena.alloc(def)) })
    }

    /// From a start to the last token that is not layout.
    fn block_span(&self, start: u32) -> Span {
        let mut last = self.pos;
        while last > 0 {
            last -= 1;
            let token = self.tokens[last];
            if !matches!(token.kind, TokenKind::Dedent | TokenKind::Newline | TokenKind::Indent) {
                return Span::new(start, token.end);
            }
        }
        Span::new(start, start)
    }

    /// An if statement and its elif chain, in a loop: such chains are long at times.
    fn if_stmt(&mut self) -> R<Stmt<'a>> {
        let (start, test, body) = self.if_part(true)?;
        let mut links = Vec::new();
        while self.at(TokenKind::KwElif) {
            links.push(self.if_part(false)?);
        }
        let mut orelse = self.else_block()?;
        for (start, test, body) in links.into_iter().rev() {
            let span = self.block_span(start);
            orelse = self.only(Stmt { span, kind: StmtKind::If { test, body, orelse } });
        }
        Ok(Stmt { span: self.block_span(start), kind: StmtKind::If { test, body, orelse } })
    }

    /// `('if' | 'elif') named_expression ':' block`, and where it starts.
    fn if_part(&mut self, first: bool) -> R<IfPart<'a>> {
        if self.diagnose {
            self.invalid_if(first)?;
        }
        let start = self.bump().start;
        let test = self.named_expression()?;
        self.expect(TokenKind::Colon)?;
        let body = self.block()?;
        Ok((start, self.arena.alloc(test), body))
    }

    fn else_block(&mut self) -> R<&'a [Stmt<'a>]> {
        if !self.at(TokenKind::KwElse) {
            return Ok(&[]);
        }
        if self.diagnose {
            self.invalid_else()?;
        }
        let body = self.attempt(|p| {
            p.bump();
            p.expect_forced(TokenKind::Colon)?;
            p.block()
        })?;
        Ok(body.unwrap_or_default())
    }

    fn while_stmt(&mut self) -> R<Stmt<'a>> {
        if self.diagnose {
            self.invalid_while()?;
        }
        let start = self.bump().start;
        let test = self.arena.alloc(self.named_expression()?);
        self.expect(TokenKind::Colon)?;
        let body = self.block()?;
        let orelse = self.else_block()?;
        Ok(Stmt { span: self.block_span(start), kind: StmtKind::While { test, body, orelse } })
    }

    fn for_stmt(&mut self) -> R<Stmt<'a>> {
        let pos = self.pos;
        if self.diagnose {
            self.invalid_for()?;
        }
        let start = self.token().start;
        let is_async = self.eat(TokenKind::KwAsync);
        self.expect(TokenKind::KwFor)?;
        let head = self.attempt(|p| {
            let target = p.star_targets()?;
            p.expect(TokenKind::KwIn)?;
            Ok(target)
        })?;
        let Some(target) = head else {
            if self.diagnose {
                self.pos = pos;
                self.invalid_for_target()?;
            }
            return Err(Fail::Soft);
        };
        let iter = self.star_expressions()?;
        self.expect(TokenKind::Colon)?;
        let type_comment = self.type_comment();
        let body = self.block()?;
        let orelse = self.else_block()?;
        let for_ = &*self.arena.alloc(For { target, iter, body, orelse, type_comment });
        let kind = if is_async { StmtKind::AsyncFor(for_) } else { StmtKind::For(for_) };
        Ok(Stmt { span: self.block_span(start), kind })
    }

    fn with_stmt(&mut self) -> R<Stmt<'a>> {
        let pos = self.pos;
        if self.diagnose {
            self.invalid_with_indent()?;
        }
        let start = self.token().start;
        let is_async = self.eat(TokenKind::KwAsync);
        self.expect(TokenKind::KwWith)?;
        let grouped = if self.at(TokenKind::LParen) { self.attempt(Self::grouped_with_items)? } else { None };
        let items = match grouped {
            Some(items) => items,
            None => match self.attempt(Self::with_items)? {
                Some(items) => items,
                None => {
                    if self.diagnose {
                        self.pos = pos;
                        self.invalid_with()?;
                    }
                    return Err(Fail::Soft);
                }
            },
        };
        let type_comment = self.type_comment();
        let body = self.block()?;
        let kind = if is_async {
            StmtKind::AsyncWith { items, body, type_comment }
        } else {
            StmtKind::With { items, body, type_comment }
        };
        Ok(Stmt { span: self.block_span(start), kind })
    }

    /// `'(' ','.with_item+ [','] ')' ':'`.
    fn grouped_with_items(&mut self) -> R<&'a [WithItem<'a>]> {
        self.bump();
        let mut items = vec![self.with_item()?];
        while self.eat(TokenKind::Comma) {
            if self.at(TokenKind::RParen) {
                break;
            }
            items.push(self.with_item()?);
        }
        self.expect(TokenKind::RParen)?;
        self.expect(TokenKind::Colon)?;
        Ok(self.many(&items))
    }

    /// `','.with_item+ ':'`.
    fn with_items(&mut self) -> R<&'a [WithItem<'a>]> {
        let mut items = vec![self.with_item()?];
        while self.eat(TokenKind::Comma) {
            items.push(self.with_item()?);
        }
        self.expect(TokenKind::Colon)?;
        Ok(self.many(&items))
    }

    fn with_item(&mut self) -> R<WithItem<'a>> {
        let pos = self.pos;
        let context_expr = self.expression()?;
        if !self.at(TokenKind::KwAs) {
            return Ok(WithItem { context_expr, optional_vars: None });
        }
        let target = self.attempt(|p| {
            p.bump();
            let target = p.star_target()?;
            let ends = matches!(p.kind(), TokenKind::Comma | TokenKind::RParen | TokenKind::Colon);
            if ends { Ok(target) } else { Err(Fail::Soft) }
        })?;
        if target.is_none() && self.diagnose {
            let after = self.pos;
            self.pos = pos;
            self.invalid_with_item()?;
            self.pos = after;
        }
        Ok(WithItem { context_expr, optional_vars: self.maybe(target) })
    }

    fn try_stmt(&mut self) -> R<Stmt<'a>> {
        if self.diagnose {
            self.invalid_try()?;
        }
        let start = self.bump().start;
        self.expect_forced(TokenKind::Colon)?;
        let body = self.block()?;
        let star = self.at(TokenKind::KwExcept) && self.kind_after() == TokenKind::Star;
        let mut handlers = Vec::new();
        while self.at(TokenKind::KwExcept) && (self.kind_after() == TokenKind::Star) == star {
            handlers.push(self.except_block(star)?);
        }
        if self.at(TokenKind::KwExcept) {
            // The star that is missing or too much was looked at.
            self.far.set(self.far.get().max(self.pos + 1));
        }
        if handlers.is_empty() && !self.at(TokenKind::KwFinally) {
            return Err(Fail::Soft);
        }
        let orelse = if handlers.is_empty() { &[][..] } else { self.else_block()? };
        let finalbody = self.finally_block()?;
        let handlers = self.many(&handlers);
        let parts = &*self.arena.alloc(Try { body, handlers, orelse, finalbody });
        let kind = if star { StmtKind::TryStar(parts) } else { StmtKind::Try(parts) };
        Ok(Stmt { span: self.block_span(start), kind })
    }

    fn finally_block(&mut self) -> R<&'a [Stmt<'a>]> {
        if !self.at(TokenKind::KwFinally) {
            return Ok(&[]);
        }
        if self.diagnose {
            self.invalid_finally()?;
        }
        self.bump();
        self.expect_forced(TokenKind::Colon)?;
        self.block()
    }

    pub(super) fn except_block(&mut self, star: bool) -> R<ExceptHandler<'a>> {
        let pos = self.pos;
        if self.diagnose {
            self.invalid_except_indent(star)?;
        }
        match self.plain_except_block(star) {
            Err(Fail::Soft) if self.diagnose => {
                self.reset(pos);
                self.invalid_except(star)?;
                self.pos = pos;
                Err(Fail::Soft)
            }
            result => result,
        }
    }

    fn plain_except_block(&mut self, star: bool) -> R<ExceptHandler<'a>> {
        let start = self.bump().start;
        if star {
            self.bump();
        }
        let mut typ = None;
        let mut name = None;
        if star || !self.at(TokenKind::Colon) {
            let types = self.token().start;
            let first = self.expression()?;
            if self.at(TokenKind::Comma) {
                let mut elts = vec![first];
                self.more_elements(&mut elts, Self::expression)?;
                let kind = ExprKind::Tuple { elts: self.many(&elts), ctx: ExprContext::Load };
                typ = Some(&*self.arena.alloc(Expr { span: self.span_from(types), kind }));
            } else {
                typ = Some(&*self.arena.alloc(first));
                if self.eat(TokenKind::KwAs) {
                    name = Some(self.name()?.0);
                }
            }
        }
        self.expect(TokenKind::Colon)?;
        let body = self.block()?;
        Ok(ExceptHandler { span: self.block_span(start), typ, name, body })
    }
}
