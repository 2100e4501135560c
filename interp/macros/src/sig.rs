//! Signature texts: parsing CPython's `__text_signature__` syntax into a list of parameters.

use proc_macro2::TokenStream;
use quote::quote;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    PositionalOnly,
    Positional,
    VarArgs,
    KeywordOnly,
    VarKeywords,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Default {
    Required,
    Omitted,
    None,
    True,
    False,
    Ellipsis,
    Int(i64),
    Float(f64),
    Str(String),
    Bytes(Vec<u8>),
    EmptyTuple,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Param {
    pub name: String,
    pub kind: Kind,
    pub default: Default,
}

/// A parsed signature; the receiver (`$self`, `$cls`, `$type`) is its first parameter when it has one.
#[derive(Clone, PartialEq, Debug)]
pub struct Signature {
    pub text: String,
    pub params: Vec<Param>,
    pub receiver: bool,
}

/// The text with the receiver in front, as `__text_signature__` has it.
fn text_with_receiver(text: &str, name: &str, positional_only: bool) -> String {
    let name = if name == "cls" { "type" } else { name };
    let inner = text.trim().trim_start_matches('(').strip_suffix(')').unwrap_or_default().trim();
    match inner {
        "" => format!("(${name}, /)"),
        _ if positional_only => format!("(${name}, {inner})"),
        _ => format!("(${name}, /, {inner})"),
    }
}

impl Signature {
    pub fn parse(text: &str) -> Result<Signature, String> {
        Parser { rest: text.trim(), text }.signature()
    }

    /// Puts a receiver in front unless the text declared one with `$`.
    pub fn with_receiver(mut self, name: &str) -> Signature {
        if !self.receiver {
            self.text = text_with_receiver(
                &self.text,
                name,
                self.params.iter().any(|p| p.kind == Kind::PositionalOnly),
            );
            let param = Param { name: name.into(), kind: Kind::PositionalOnly, default: Default::Required };
            self.params.insert(0, param);
            self.receiver = true;
        }
        self
    }

    fn positional(&self) -> impl Iterator<Item = &Param> {
        self.params.iter().filter(|p| matches!(p.kind, Kind::PositionalOnly | Kind::Positional))
    }

    fn min(&self) -> usize {
        self.positional().filter(|p| p.default == Default::Required).count()
    }

    fn max(&self) -> usize {
        let varargs = self.params.iter().any(|p| p.kind == Kind::VarArgs);
        if varargs { usize::MAX } else { self.positional().count() }
    }

    fn simple(&self) -> bool {
        self.params.iter().all(|p| p.kind == Kind::PositionalOnly && p.default == Default::Required)
    }

    /// The words of the parameters from `min` on when they are omitted; nothing if one of them is more than a word.
    pub fn omitted(&self) -> Option<Vec<TokenStream>> {
        if self.max() == usize::MAX {
            return None;
        }
        self.params[self.min()..].iter().map(Param::omitted).collect()
    }

    /// Fewest and most positional arguments with which the entry can be called as they are, if it can.
    fn direct(&self, raw: bool) -> Option<(usize, usize)> {
        match self.omitted() {
            Some(_) if !raw => Some((self.min(), self.max())),
            _ if self.max() == self.params.len() => Some((self.max(), self.max())),
            _ => None,
        }
    }

    /// How CPython names parameter `index` in "f() argument 'x' must be str, not int".
    pub fn argument_name(&self, index: usize) -> String {
        let skip = usize::from(self.receiver);
        let param = &self.params[index];
        match param.kind {
            Kind::PositionalOnly if self.params.len() - skip == 1 && param.default == Default::Required => {
                "argument".into()
            }
            Kind::PositionalOnly => format!("argument {}", index + 1 - skip),
            _ => format!("argument '{}'", param.name),
        }
    }

    /// The `Signature` value of the runtime, as a constant expression; `raw`: the entry takes a slice of all values.
    pub fn tokens(&self, raw: bool) -> TokenStream {
        let (text, simple, min, max) = (&self.text, self.simple(), self.min(), self.max());
        let params = self.params.iter().map(Param::tokens);
        let (least, counts) = self.direct(raw).map_or((0, 0), |(min, max)| (min, max - min + 1));
        quote! {
            ::habu_runtime::native::Signature {
                text: #text, params: &[#(#params),*], simple: #simple, min: #min, max: #max,
                direct_least: #least, direct_counts: #counts,
            }
        }
    }
}

impl Param {
    /// The constant value of the omitted parameter.
    fn omitted(&self) -> Option<TokenStream> {
        let word = match self.default {
            Default::Omitted => quote!(UNBOUND),
            _ if matches!(self.kind, Kind::VarArgs | Kind::VarKeywords) => return None,
            Default::None => quote!(NONE),
            Default::True => quote!(TRUE),
            Default::False => quote!(FALSE),
            Default::Ellipsis => quote!(ELLIPSIS),
            Default::Int(n) if (-(1 << 61)..1 << 61).contains(&n) => quote!(small(#n)),
            _ => return None,
        };
        Some(quote!(::habu_runtime::Value::#word))
    }

    fn tokens(&self) -> TokenStream {
        let name = &self.name;
        let kind = match self.kind {
            Kind::PositionalOnly => quote!(PositionalOnly),
            Kind::Positional => quote!(Positional),
            Kind::VarArgs => quote!(VarArgs),
            Kind::KeywordOnly => quote!(KeywordOnly),
            Kind::VarKeywords => quote!(VarKeywords),
        };
        let default = match &self.default {
            Default::Required => quote!(Required),
            Default::Omitted => quote!(Omitted),
            Default::None => quote!(None),
            Default::True => quote!(True),
            Default::False => quote!(False),
            Default::Ellipsis => quote!(Ellipsis),
            Default::Int(n) => quote!(Int(#n)),
            Default::Float(f) => quote!(Float(#f)),
            Default::Str(s) => quote!(Str(#s)),
            Default::Bytes(b) => {
                let literal = proc_macro2::Literal::byte_string(b);
                quote!(Bytes(#literal))
            }
            Default::EmptyTuple => quote!(EmptyTuple),
        };
        quote! {
            ::habu_runtime::native::Param {
                name: #name,
                kind: ::habu_runtime::native::ParamKind::#kind,
                default: ::habu_runtime::native::Default::#default,
            }
        }
    }
}

struct Parser<'a> {
    rest: &'a str,
    text: &'a str,
}

impl<'a> Parser<'a> {
    fn signature(mut self) -> Result<Signature, String> {
        self.expect('(')?;
        let mut params: Vec<Param> = Vec::new();
        let mut receiver = false;
        // Names after a bare `*` or `*args` are keyword-only.
        let (mut keyword_only, mut bare_star) = (false, false);
        while !self.eat(')') {
            if self.eat('/') {
                if keyword_only
                    || params.iter().any(|p| p.kind == Kind::PositionalOnly && !p.is_receiver(receiver))
                {
                    return Err("misplaced `/`".into());
                }
                params.iter_mut().for_each(|p| p.kind = Kind::PositionalOnly);
            } else if self.rest.starts_with("**") {
                self.rest = &self.rest[2..];
                params.push(Param::plain(self.name()?, Kind::VarKeywords));
                self.eat(',');
                self.expect(')')?;
                break;
            } else if self.eat('*') {
                if keyword_only {
                    return Err("a second `*`".into());
                }
                keyword_only = true;
                if self.rest.starts_with(|c: char| c.is_alphabetic() || c == '_') {
                    params.push(Param::plain(self.name()?, Kind::VarArgs));
                } else {
                    bare_star = true;
                }
            } else if self.eat('$') {
                if !params.is_empty() {
                    return Err("the `$` receiver must come first".into());
                }
                receiver = true;
                params.push(Param::plain(self.name()?, Kind::PositionalOnly));
            } else {
                let kind = if keyword_only { Kind::KeywordOnly } else { Kind::Positional };
                let mut param = Param::plain(self.name()?, kind);
                if self.eat('=') {
                    param.default = self.default()?;
                }
                let after_default =
                    params.last().is_some_and(|p| p.kind == kind && p.default != Default::Required);
                if !keyword_only && param.default == Default::Required && after_default {
                    return Err(format!(
                        "parameter `{}` without default follows one with a default",
                        param.name
                    ));
                }
                if params.iter().any(|p| p.name == param.name) {
                    return Err(format!("parameter `{}` appears twice", param.name));
                }
                params.push(param);
            }
            if !self.eat(',') {
                self.expect(')')?;
                break;
            }
        }
        if !self.rest.is_empty() {
            return Err(format!("unexpected text after the signature: `{}`", self.rest));
        }
        if bare_star && !params.iter().any(|p| p.kind == Kind::KeywordOnly) {
            return Err("`*` must be followed by a keyword-only parameter".into());
        }
        // `$module` is only a word in the text: module functions get no receiver.
        if receiver && params[0].name == "module" {
            params.remove(0);
            receiver = false;
        }
        Ok(Signature { text: self.text.into(), params, receiver })
    }

    fn eat(&mut self, c: char) -> bool {
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, c: char) -> Result<(), String> {
        if self.eat(c) { Ok(()) } else { Err(format!("expected `{c}` at `{}`", self.rest)) }
    }

    fn name(&mut self) -> Result<String, String> {
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(format!("expected a parameter name at `{}`", self.rest));
        }
        self.rest = rest.trim_start();
        Ok(name.into())
    }

    fn default(&mut self) -> Result<Default, String> {
        if let Some(quote) = self.rest.chars().next().filter(|c| matches!(c, '\'' | '"')) {
            self.rest = &self.rest[1..];
            return Ok(Default::Str(self.quoted(quote)?));
        }
        for prefix in ["b'", "b\""] {
            if let Some(rest) = self.rest.strip_prefix(prefix) {
                self.rest = rest;
                let quote = if prefix.ends_with('"') { '"' } else { '\'' };
                return Ok(Default::Bytes(self.quoted(quote)?.into_bytes()));
            }
        }
        if self.rest.starts_with("()") {
            self.rest = self.rest[2..].trim_start();
            return Ok(Default::EmptyTuple);
        }
        let end = self.rest.find([',', ')']).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        match word.trim() {
            "None" => Ok(Default::None),
            "True" => Ok(Default::True),
            "False" => Ok(Default::False),
            "..." => Ok(Default::Ellipsis),
            "<unrepresentable>" => Ok(Default::Omitted),
            "sys.maxsize" => Ok(Default::Int(i64::MAX)),
            word => {
                if let Some(n) = integer(word) {
                    Ok(Default::Int(n))
                } else if let Ok(f) = word.parse::<f64>() {
                    Ok(Default::Float(f))
                } else {
                    Err(format!(
                        "cannot represent the default `{word}`: write `<unrepresentable>` and take an `Option`"
                    ))
                }
            }
        }
    }

    /// Text up to the closing quote, with the few escapes that signatures use.
    fn quoted(&mut self, quote: char) -> Result<String, String> {
        let mut text = String::new();
        let mut chars = self.rest.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => match chars.next().map(|(_, c)| c) {
                    Some('n') => text.push('\n'),
                    Some('r') => text.push('\r'),
                    Some('t') => text.push('\t'),
                    Some('0') => text.push('\0'),
                    Some(c @ ('\\' | '\'' | '"')) => text.push(c),
                    _ => return Err("unknown escape in a string default".into()),
                },
                c if c == quote => {
                    self.rest = self.rest[at + 1..].trim_start();
                    return Ok(text);
                }
                c => text.push(c),
            }
        }
        Err("unterminated string default".into())
    }
}

fn integer(word: &str) -> Option<i64> {
    match word.strip_prefix("0x") {
        Some(hex) => i64::from_str_radix(hex, 16).ok(),
        None => word.parse().ok(),
    }
}

impl Param {
    fn plain(name: String, kind: Kind) -> Param {
        Param { name, kind, default: Default::Required }
    }

    fn is_receiver(&self, receiver: bool) -> bool {
        receiver && matches!(self.name.as_str(), "self" | "cls" | "type" | "module")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(String, Kind, Default)> {
        Signature::parse(text).unwrap().params.into_iter().map(|p| (p.name, p.kind, p.default)).collect()
    }

    #[test]
    fn kinds_of_parameters() {
        use Kind::*;
        let got = kinds("($self, a, b=None, /, c=-1, *args, d, e='x', **kw)");
        let want = [
            ("self", PositionalOnly, Default::Required),
            ("a", PositionalOnly, Default::Required),
            ("b", PositionalOnly, Default::None),
            ("c", Positional, Default::Int(-1)),
            ("args", VarArgs, Default::Required),
            ("d", KeywordOnly, Default::Required),
            ("e", KeywordOnly, Default::Str("x".into())),
            ("kw", VarKeywords, Default::Required),
        ];
        assert_eq!(got, want.map(|(n, k, d)| (n.to_string(), k, d)));
    }

    #[test]
    fn defaults() {
        let got =
            kinds("(a=(), b=0x10, c=1.5, d=<unrepresentable>, e=b'\\n', f=\", )\", g=..., h=sys.maxsize)");
        let got: Vec<Default> = got.into_iter().map(|p| p.2).collect();
        let want = [
            Default::EmptyTuple,
            Default::Int(16),
            Default::Float(1.5),
            Default::Omitted,
            Default::Bytes(b"\n".to_vec()),
            Default::Str(", )".into()),
            Default::Ellipsis,
            Default::Int(i64::MAX),
        ];
        assert_eq!(got, want);
    }

    #[test]
    fn counts() {
        let sig = Signature::parse("($self, a, b=1, /, *, c)").unwrap();
        assert_eq!((sig.min(), sig.max(), sig.simple()), (2, 3, false));
        let sig = Signature::parse("(a, b, /)").unwrap();
        assert_eq!((sig.min(), sig.max(), sig.simple()), (2, 2, true));
        assert_eq!(Signature::parse("(*args)").unwrap().max(), usize::MAX);
        assert_eq!(Signature::parse("($module, a, /)").unwrap().params.len(), 1);
    }

    #[test]
    fn texts_show_the_receiver() {
        let text = |text: &str, name| Signature::parse(text).unwrap().with_receiver(name).text;
        assert_eq!(text("()", "self"), "($self, /)");
        assert_eq!(text("(x, /)", "self"), "($self, x, /)");
        assert_eq!(text("(x=1)", "cls"), "($type, /, x=1)");
        assert_eq!(text("($self, x, /)", "self"), "($self, x, /)");
    }

    #[test]
    fn argument_names_follow_cpython() {
        let names = |text: &str| {
            let sig = Signature::parse(text).unwrap();
            (usize::from(sig.receiver)..sig.params.len()).map(|i| sig.argument_name(i)).collect::<Vec<_>>()
        };
        assert_eq!(names("($self, x, /)"), ["argument"]);
        assert_eq!(names("($self, x, y, /)"), ["argument 1", "argument 2"]);
        assert_eq!(names("(x, /, y)"), ["argument 1", "argument 'y'"]);
        assert_eq!(names("(x='utf-8', /)"), ["argument 1"]);
    }

    #[test]
    fn mistakes() {
        for text in [
            "a",
            "(a",
            "(a, a)",
            "(a=1, b)",
            "(*)",
            "(*, *, a)",
            "(a, $self)",
            "(a) b",
            "(a=foo)",
            "(a='x)",
            "(/, /, a)x",
        ] {
            assert!(Signature::parse(text).is_err(), "{text}");
        }
    }
}
