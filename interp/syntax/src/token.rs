//! Tokens: their kinds (one table), their places, and the raw rules that logos compiles.

use crate::ast::Span;
use logos::Logos;

macro_rules! tokens {
    (
        plain { $($plain:ident $plain_name:literal,)* }
        operators { $($op:ident $op_text:literal $op_name:literal,)* }
        keywords { $($kw:ident $kw_text:literal,)* }
    ) => {
        /// What a token is. Operators and keywords have a kind each.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum TokenKind { $($plain,)* $($op,)* $($kw,)* }

        impl TokenKind {
            /// The name that CPython's `token` module uses.
            pub fn name(self) -> &'static str {
                match self {
                    $(TokenKind::$plain => $plain_name,)*
                    $(TokenKind::$op => $op_name,)*
                    $(TokenKind::$kw => "NAME",)*
                }
            }

            /// The text of an operator or a keyword.
            pub fn text(self) -> Option<&'static str> {
                match self {
                    $(TokenKind::$op => Some($op_text),)*
                    $(TokenKind::$kw => Some($kw_text),)*
                    _ => None,
                }
            }

            /// Whether this is a reserved word.
            pub fn is_keyword(self) -> bool {
                matches!(self, $(TokenKind::$kw)|*)
            }
        }

        /// The reserved words, sorted as in CPython's `keyword.kwlist`.
        pub const KEYWORDS: &[&str] = &[$($kw_text),*];

        /// Their kinds, in the same order.
        pub(crate) const KEYWORD_KINDS: &[TokenKind] = &[$(TokenKind::$kw),*];

        /// What logos finds; strings, numbers and layout are finished by hand.
        #[derive(Logos, Clone, Copy, PartialEq, Eq, Debug)]
        #[logos(skip r"[ \t\x0C]+")]
        pub(crate) enum Raw {
            #[regex(r"[a-zA-Z_\u{80}-\u{10FFFF}][a-zA-Z0-9_\u{80}-\u{10FFFF}]*", priority = 1)]
            Name,
            #[regex(r"[0-9]|\.[0-9]")]
            NumberStart,
            #[regex(r#"([uU]|[bB]|[rR]|[bB][rR]|[rR][bB])?['"]"#)]
            StringStart,
            #[regex(r#"([fF]|[fF][rR]|[rR][fF])['"]"#)]
            FStringStart,
            #[regex(r#"([tT]|[tT][rR]|[rR][tT])['"]"#)]
            TStringStart,
            #[regex(r"#[^\n]*", allow_greedy = true)]
            Comment,
            #[token("\n")]
            Newline,
            #[token("\\\n")]
            Continuation,
            #[token("\\")]
            Backslash,
            $(#[token($op_text)] $op,)*
            $(#[token($kw_text)] $kw,)*
        }

        impl Raw {
            /// The token kind of an operator or a keyword.
            #[inline]
            pub(crate) fn simple(self) -> Option<TokenKind> {
                match self {
                    $(Raw::$op => Some(TokenKind::$op),)*
                    $(Raw::$kw => Some(TokenKind::$kw),)*
                    _ => None,
                }
            }
        }
    };
}

tokens! {
    plain {
        EndMarker "ENDMARKER",
        Name "NAME",
        Number "NUMBER",
        String "STRING",
        Newline "NEWLINE",
        Indent "INDENT",
        Dedent "DEDENT",
        TypeComment "TYPE_COMMENT",
        FStringStart "FSTRING_START",
        FStringMiddle "FSTRING_MIDDLE",
        FStringEnd "FSTRING_END",
        TStringStart "TSTRING_START",
        TStringMiddle "TSTRING_MIDDLE",
        TStringEnd "TSTRING_END",
        Comment "COMMENT",
        Nl "NL",
        Op "OP",
        Error "ERRORTOKEN",
    }
    operators {
        LParen "(" "LPAR",
        RParen ")" "RPAR",
        LBracket "[" "LSQB",
        RBracket "]" "RSQB",
        LBrace "{" "LBRACE",
        RBrace "}" "RBRACE",
        Colon ":" "COLON",
        Comma "," "COMMA",
        Semi ";" "SEMI",
        Plus "+" "PLUS",
        Minus "-" "MINUS",
        Star "*" "STAR",
        Slash "/" "SLASH",
        VBar "|" "VBAR",
        Amper "&" "AMPER",
        Less "<" "LESS",
        Greater ">" "GREATER",
        Equal "=" "EQUAL",
        Dot "." "DOT",
        Percent "%" "PERCENT",
        EqEqual "==" "EQEQUAL",
        NotEqual "!=" "NOTEQUAL",
        LessGreater "<>" "NOTEQUAL",
        LessEqual "<=" "LESSEQUAL",
        GreaterEqual ">=" "GREATEREQUAL",
        Tilde "~" "TILDE",
        Caret "^" "CIRCUMFLEX",
        LeftShift "<<" "LEFTSHIFT",
        RightShift ">>" "RIGHTSHIFT",
        DoubleStar "**" "DOUBLESTAR",
        PlusEqual "+=" "PLUSEQUAL",
        MinusEqual "-=" "MINEQUAL",
        StarEqual "*=" "STAREQUAL",
        SlashEqual "/=" "SLASHEQUAL",
        PercentEqual "%=" "PERCENTEQUAL",
        AmperEqual "&=" "AMPEREQUAL",
        VBarEqual "|=" "VBAREQUAL",
        CaretEqual "^=" "CIRCUMFLEXEQUAL",
        LeftShiftEqual "<<=" "LEFTSHIFTEQUAL",
        RightShiftEqual ">>=" "RIGHTSHIFTEQUAL",
        DoubleStarEqual "**=" "DOUBLESTAREQUAL",
        DoubleSlash "//" "DOUBLESLASH",
        DoubleSlashEqual "//=" "DOUBLESLASHEQUAL",
        At "@" "AT",
        AtEqual "@=" "ATEQUAL",
        RArrow "->" "RARROW",
        Ellipsis "..." "ELLIPSIS",
        ColonEqual ":=" "COLONEQUAL",
        Exclamation "!" "EXCLAMATION",
    }
    keywords {
        KwFalse "False",
        KwNone "None",
        KwTrue "True",
        KwAnd "and",
        KwAs "as",
        KwAssert "assert",
        KwAsync "async",
        KwAwait "await",
        KwBreak "break",
        KwClass "class",
        KwContinue "continue",
        KwDef "def",
        KwDel "del",
        KwElif "elif",
        KwElse "else",
        KwExcept "except",
        KwFinally "finally",
        KwFor "for",
        KwFrom "from",
        KwGlobal "global",
        KwIf "if",
        KwImport "import",
        KwIn "in",
        KwIs "is",
        KwLambda "lambda",
        KwNonlocal "nonlocal",
        KwNot "not",
        KwOr "or",
        KwPass "pass",
        KwRaise "raise",
        KwReturn "return",
        KwTry "try",
        KwWhile "while",
        KwWith "with",
        KwYield "yield",
    }
}

/// A token: its kind and its bytes in the normalised source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    pub kind: TokenKind,
    pub start: u32,
    pub end: u32,
}

impl Token {
    #[inline]
    pub fn span(self) -> Span {
        Span::new(self.start, self.end)
    }
}
