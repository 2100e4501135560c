//! `_tokenize`: our lexer behind module `tokenize`.

use crate::layout;
use crate::support::add_type;
use habu_macros::{native_module, py_type};
use habu_runtime::heap::Gc;
use habu_runtime::import::syntax_error;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::bytes::Bytes;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};
use habu_syntax::SourceText;
use habu_syntax::token::TokenKind;
use habu_syntax::tokens::{TokenText, Tokens};

layout! {
    /// An iterator over the tokens of what a `readline` function gives.
    TokenizerIter(ids::TOKENIZER_ITER) { readline, encoding, tokens }
    plain { extra: bool, at: usize, failed: bool }
}

/// Number of a token in module `token`.
fn number(token: &TokenText<'_>, extra: bool) -> i64 {
    let name = if extra && token.kind.text().is_some() && !token.kind.is_keyword() {
        "OP"
    } else {
        token.kind.name()
    };
    NUMBERS.iter().position(|n| *n == name).map_or(0, |i| i as i64)
}

/// Names of tokens in the order of their numbers.
const NUMBERS: &[&str] = &[
    "ENDMARKER",
    "NAME",
    "NUMBER",
    "STRING",
    "NEWLINE",
    "INDENT",
    "DEDENT",
    "LPAR",
    "RPAR",
    "LSQB",
    "RSQB",
    "COLON",
    "COMMA",
    "SEMI",
    "PLUS",
    "MINUS",
    "STAR",
    "SLASH",
    "VBAR",
    "AMPER",
    "LESS",
    "GREATER",
    "EQUAL",
    "DOT",
    "PERCENT",
    "LBRACE",
    "RBRACE",
    "EQEQUAL",
    "NOTEQUAL",
    "LESSEQUAL",
    "GREATEREQUAL",
    "TILDE",
    "CIRCUMFLEX",
    "LEFTSHIFT",
    "RIGHTSHIFT",
    "DOUBLESTAR",
    "PLUSEQUAL",
    "MINEQUAL",
    "STAREQUAL",
    "SLASHEQUAL",
    "PERCENTEQUAL",
    "AMPEREQUAL",
    "VBAREQUAL",
    "CIRCUMFLEXEQUAL",
    "LEFTSHIFTEQUAL",
    "RIGHTSHIFTEQUAL",
    "DOUBLESTAREQUAL",
    "DOUBLESLASH",
    "DOUBLESLASHEQUAL",
    "AT",
    "ATEQUAL",
    "RARROW",
    "ELLIPSIS",
    "COLONEQUAL",
    "EXCLAMATION",
    "OP",
    "TYPE_IGNORE",
    "TYPE_COMMENT",
    "SOFT_KEYWORD",
    "FSTRING_START",
    "FSTRING_MIDDLE",
    "FSTRING_END",
    "TSTRING_START",
    "TSTRING_MIDDLE",
    "TSTRING_END",
    "COMMENT",
    "NL",
    "ERRORTOKEN",
    "ENCODING",
];

/// Everything that `readline` gives until it gives nothing or stops.
fn read_all(vm: &mut Vm, readline: Value, encoding: Option<Gc<Str>>) -> PyResult<String> {
    let mut text = String::new();
    loop {
        let line = vm.call(readline, &[]);
        let Some(line) = vm.catch(line, Exc::StopIteration)? else { break };
        let line = match (encoding, vm.downcast::<Bytes>(line), vm.downcast::<Str>(line)) {
            (Some(encoding), Some(_), _) => {
                let errors = Value::from_gc(vm.str("replace")?);
                let decoded = vm.call_method(line, "decode", &[Value::from_gc(encoding), errors])?;
                vm.to_str(decoded)?
            }
            (None, _, Some(line)) => line,
            (encoding, ..) => {
                let (got, wanted) = (vm.type_name(line), if encoding.is_some() { "bytes" } else { "str" });
                let text = format!(
                    "readline() returned a non-{} object",
                    if wanted == "str" { "string" } else { "bytes" }
                );
                debug_assert!(!got.is_empty());
                return Err(vm.type_error(text));
            }
        };
        if line.is_empty() {
            break;
        }
        text.push_str(&line.to_message());
    }
    Ok(text)
}

/// Tokens as Python tuples, with what is raised behind the last one.
fn tokenize(vm: &mut Vm, text: &str, extra: bool) -> PyResult {
    let list = vm.list_new()?;
    let source = match SourceText::from_text(text) {
        Ok(source) => source,
        Err(e) => return Err(syntax_error(vm, "<string>", &e)),
    };
    let tokens = Tokens::new(&source, extra);
    let mut line_cache: Option<(*const u8, usize, Value)> = None;
    for token in (0..tokens.len()).filter_map(|i| tokens.get(i)) {
        let key = (token.line.as_ptr(), token.line.len());
        let line = match line_cache {
            Some((at, len, line)) if (at, len) == key => line,
            _ if source.crlf => Value::from_gc(vm.str(&token.line.replace('\n', "\r\n"))?),
            _ => Value::from_gc(vm.str(token.line)?),
        };
        line_cache = Some((key.0, key.1, line));
        let text = Value::from_gc(vm.str(token.text)?);
        let start = vm.tuple(&[Value::small(token.start.0.into()), Value::small(token.start.1)])?;
        let end = vm.tuple(&[Value::small(token.end.0.into()), Value::small(token.end.1)])?;
        let kind = Value::small(number(&token, extra));
        debug_assert!(token.kind != TokenKind::Error);
        let tuple = vm.tuple(&[kind, text, Value::from_gc(start), Value::from_gc(end), line])?;
        vm.list_push(list, Value::from_gc(tuple))?;
    }
    if let Some(mut e) = tokens.error() {
        if e.text.is_none() && e.msg.is_empty() {
            e.msg = "unknown tokenization error".into();
        }
        // The error comes behind the tokens before it.
        let raised = syntax_error(vm, "<string>", &e);
        let exc = vm.take_exception(raised);
        vm.list_push(list, exc)?;
    }
    Ok(Value::from_gc(list))
}

#[py_type(name = "TokenizerIter", module = "_tokenize", id = ids::TOKENIZER_ITER)]
impl TokenizerIter {
    #[new(sig = "(readline, /, *, encoding=<unrepresentable>, extra_tokens)")]
    fn new(
        vm: &mut Vm,
        cls: Gc<Type>,
        readline: Value,
        encoding: Option<Gc<Str>>,
        extra_tokens: bool,
    ) -> PyResult {
        let this = vm.alloc_instance::<TokenizerIter>(cls)?;
        this.readline.init(readline);
        this.encoding.init(encoding.map_or(Value::NONE, Value::from_gc));
        this.tokens.init(Value::NONE);
        this.extra.set(extra_tokens);
        Ok(Value::from_gc(this))
    }

    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<TokenizerIter>) -> Value {
        Value::from_gc(this)
    }

    #[method]
    fn __next__(vm: &mut Vm, this: Gc<TokenizerIter>) -> PyResult {
        if this.tokens.get().is_none() {
            if this.failed.get() {
                return Err(vm.stop_iteration(Value::NONE));
            }
            this.failed.set(true);
            let encoding = vm.downcast::<Str>(this.encoding.get());
            let text = read_all(vm, this.readline.get(), encoding)?;
            let tokens = tokenize(vm, &text, this.extra.get())?;
            this.tokens.set(&mut vm.heap, this.header(), tokens);
        }
        let at = this.at.get();
        let tokens = this.tokens.get();
        if at >= vm.len(tokens)? {
            return Err(vm.stop_iteration(Value::NONE));
        }
        this.at.set(at + 1);
        let item = vm.get_item(tokens, Value::small(at as i64))?;
        if vm.downcast::<habu_runtime::types::tuple::Tuple>(item).is_some() {
            Ok(item)
        } else {
            Err(vm.raise_value(item))
        }
    }
}

#[native_module(name = "_tokenize")]
pub mod module {
    use super::*;

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        add_type(vm, module, TokenizerIter::DECL)?;
        Ok(())
    }
}
