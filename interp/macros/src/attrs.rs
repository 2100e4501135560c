//! Arguments of the attributes: `name = value`, flags and `effects(...)`, with errors that point at the mistake.

use proc_macro2::Span;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, Expr, ExprLit, Ident, Lit, LitStr, Meta, Result, Token};

/// One argument of an attribute.
pub enum Arg {
    Flag(Ident),
    Value(Ident, Expr),
    List(Ident, Vec<Ident>),
}

impl Parse for Arg {
    fn parse(input: ParseStream) -> Result<Arg> {
        let name = input.parse::<Ident>()?;
        if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            return Ok(Arg::Value(name, input.parse()?));
        }
        if input.peek(syn::token::Paren) {
            let inner;
            syn::parenthesized!(inner in input);
            let items = Punctuated::<Ident, Token![,]>::parse_terminated(&inner)?;
            return Ok(Arg::List(name, items.into_iter().collect()));
        }
        Ok(Arg::Flag(name))
    }
}

/// All arguments of an attribute, taken out one by one; what is left over at the end is a mistake.
pub struct Args(Vec<Arg>);

impl Parse for Args {
    fn parse(input: ParseStream) -> Result<Args> {
        let args: Vec<Arg> = Punctuated::<Arg, Token![,]>::parse_terminated(input)?.into_iter().collect();
        Ok(Args(args))
    }
}

impl Args {
    pub fn of(attr: &Attribute) -> Result<Args> {
        match &attr.meta {
            Meta::Path(_) => Ok(Args(Vec::new())),
            _ => attr.parse_args(),
        }
    }

    pub fn flag(&mut self, name: &str) -> bool {
        let found = self.0.iter().position(|a| matches!(a, Arg::Flag(i) if i == name));
        found.map(|at| self.0.remove(at)).is_some()
    }

    pub fn value(&mut self, name: &str) -> Option<Expr> {
        let found = self.0.iter().position(|a| matches!(a, Arg::Value(i, _) if i == name))?;
        match self.0.remove(found) {
            Arg::Value(_, value) => Some(value),
            _ => None,
        }
    }

    pub fn string(&mut self, name: &str) -> Result<Option<LitStr>> {
        match self.value(name) {
            None => Ok(None),
            Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => Ok(Some(text)),
            Some(other) => Err(Error::new_spanned(other, format!("`{name}` takes a string literal"))),
        }
    }

    pub fn list(&mut self, name: &str) -> Vec<Ident> {
        let found = self.0.iter().position(|a| matches!(a, Arg::List(i, _) if i == name));
        match found.map(|at| self.0.remove(at)) {
            Some(Arg::List(_, items)) => items,
            _ => Vec::new(),
        }
    }

    pub fn require<T>(value: Option<T>, name: &str) -> Result<T> {
        value.ok_or_else(|| Error::new(Span::call_site(), format!("missing `{name} = ...`")))
    }

    pub fn finish(self, known: &str) -> Result<()> {
        match self.0.first() {
            None => Ok(()),
            Some(Arg::Flag(i) | Arg::Value(i, _) | Arg::List(i, _)) => {
                Err(Error::new(i.span(), format!("unknown or repeated argument `{i}`; known: {known}")))
            }
        }
    }
}

/// Text of the `///` comment, each line without its leading space; none when there is no comment.
pub fn doc_comment(attrs: &[Attribute]) -> Option<String> {
    let mut lines = Vec::new();
    for attr in attrs.iter().filter(|a| a.path().is_ident("doc")) {
        if let Meta::NameValue(pair) = &attr.meta
            && let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value
        {
            let line = text.value();
            lines.push(line.strip_prefix(' ').unwrap_or(&line).trim_end().to_string());
        }
    }
    if lines.is_empty() { None } else { Some(lines.join("\n").trim_end().to_string()) }
}

/// Removes the attribute called `name` and returns it.
pub fn take_attr(attrs: &mut Vec<Attribute>, name: &str) -> Option<Attribute> {
    let found = attrs.iter().position(|a| a.path().is_ident(name))?;
    Some(attrs.remove(found))
}

/// The Python name of a Rust function: without `r#`.
pub fn plain_name(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map(str::to_string).unwrap_or(text)
}
