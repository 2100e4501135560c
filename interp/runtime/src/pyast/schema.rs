//! THE table of node classes: name, sum type and fields of each, as Python's ASDL has them.

/// A class of nodes: what a row expands to.
#[derive(Debug)]
pub struct NodeInfo {
    pub name: &'static str,
    /// The sum type it is a case of; empty for a product, which stands alone.
    pub sum: &'static str,
    pub fields: &'static [FieldInfo],
}

/// How often a field occurs in its node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arity {
    One,
    Optional,
    Many,
    /// A list in which `None` may stand.
    ManyOptional,
}

#[derive(Debug)]
pub struct FieldInfo {
    /// ASDL type: a builtin one (`identifier`, `string`, `int`, `constant`), a sum or a product.
    pub ty: &'static str,
    pub arity: Arity,
    pub name: &'static str,
}

impl FieldInfo {
    fn text(&self) -> String {
        let mark = match self.arity {
            Arity::One => "",
            Arity::Optional => "?",
            Arity::Many => "*",
            Arity::ManyOptional => "?*",
        };
        format!("{}{mark} {}", self.ty, self.name)
    }
}

macro_rules! arity {
    () => {
        Arity::One
    };
    (?) => {
        Arity::Optional
    };
    (*) => {
        Arity::Many
    };
    (? *) => {
        Arity::ManyOptional
    };
}

macro_rules! nodes {
    ($($name:ident : $($sum:ident)? ( $($ty:ident [$($mark:tt)*] $field:ident),* );)*) => {
        /// Number of a node class.
        #[allow(non_camel_case_types, reason = "ASDL's names of products are in lower case")]
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Node { $($name),* }
        pub const NODES: &[NodeInfo] = &[$(NodeInfo {
            name: stringify!($name),
            sum: concat!($(stringify!($sum))?),
            fields: &[$(FieldInfo { ty: stringify!($ty), arity: arity!($($mark)*), name: field_name(stringify!($field)) }),*],
        }),*];
        impl Node {
            pub const ALL: &[Node] = &[$(Node::$name),*];
        }
    };
}

/// Field names that are Rust keywords end in an underscore in the table.
const fn field_name(name: &'static str) -> &'static str {
    match name.as_bytes() {
        b"type_" => "type",
        _ => name,
    }
}

nodes! {
    Module : mod (stmt[*] body, type_ignore[*] type_ignores);
    Interactive : mod (stmt[*] body);
    Expression : mod (expr[] body);
    FunctionType : mod (expr[*] argtypes, expr[] returns);
    FunctionDef : stmt (identifier[] name, arguments[] args, stmt[*] body, expr[*] decorator_list, expr[?] returns, string[?] type_comment, type_param[*] type_params);
    AsyncFunctionDef : stmt (identifier[] name, arguments[] args, stmt[*] body, expr[*] decorator_list, expr[?] returns, string[?] type_comment, type_param[*] type_params);
    ClassDef : stmt (identifier[] name, expr[*] bases, keyword[*] keywords, stmt[*] body, expr[*] decorator_list, type_param[*] type_params);
    Return : stmt (expr[?] value);
    Delete : stmt (expr[*] targets);
    Assign : stmt (expr[*] targets, expr[] value, string[?] type_comment);
    TypeAlias : stmt (expr[] name, type_param[*] type_params, expr[] value);
    AugAssign : stmt (expr[] target, operator[] op, expr[] value);
    AnnAssign : stmt (expr[] target, expr[] annotation, expr[?] value, int[] simple);
    For : stmt (expr[] target, expr[] iter, stmt[*] body, stmt[*] orelse, string[?] type_comment);
    AsyncFor : stmt (expr[] target, expr[] iter, stmt[*] body, stmt[*] orelse, string[?] type_comment);
    While : stmt (expr[] test, stmt[*] body, stmt[*] orelse);
    If : stmt (expr[] test, stmt[*] body, stmt[*] orelse);
    With : stmt (withitem[*] items, stmt[*] body, string[?] type_comment);
    AsyncWith : stmt (withitem[*] items, stmt[*] body, string[?] type_comment);
    Match : stmt (expr[] subject, match_case[*] cases);
    Raise : stmt (expr[?] exc, expr[?] cause);
    Try : stmt (stmt[*] body, excepthandler[*] handlers, stmt[*] orelse, stmt[*] finalbody);
    TryStar : stmt (stmt[*] body, excepthandler[*] handlers, stmt[*] orelse, stmt[*] finalbody);
    Assert : stmt (expr[] test, expr[?] msg);
    Import : stmt (alias[*] names);
    ImportFrom : stmt (identifier[?] module, alias[*] names, int[?] level);
    Global : stmt (identifier[*] names);
    Nonlocal : stmt (identifier[*] names);
    Expr : stmt (expr[] value);
    Pass : stmt ();
    Break : stmt ();
    Continue : stmt ();
    BoolOp : expr (boolop[] op, expr[*] values);
    NamedExpr : expr (expr[] target, expr[] value);
    BinOp : expr (expr[] left, operator[] op, expr[] right);
    UnaryOp : expr (unaryop[] op, expr[] operand);
    Lambda : expr (arguments[] args, expr[] body);
    IfExp : expr (expr[] test, expr[] body, expr[] orelse);
    Dict : expr (expr[? *] keys, expr[*] values);
    Set : expr (expr[*] elts);
    ListComp : expr (expr[] elt, comprehension[*] generators);
    SetComp : expr (expr[] elt, comprehension[*] generators);
    DictComp : expr (expr[] key, expr[] value, comprehension[*] generators);
    GeneratorExp : expr (expr[] elt, comprehension[*] generators);
    Await : expr (expr[] value);
    Yield : expr (expr[?] value);
    YieldFrom : expr (expr[] value);
    Compare : expr (expr[] left, cmpop[*] ops, expr[*] comparators);
    Call : expr (expr[] func, expr[*] args, keyword[*] keywords);
    FormattedValue : expr (expr[] value, int[] conversion, expr[?] format_spec);
    Interpolation : expr (expr[] value, constant[] str, int[] conversion, expr[?] format_spec);
    JoinedStr : expr (expr[*] values);
    TemplateStr : expr (expr[*] values);
    Constant : expr (constant[] value, string[?] kind);
    Attribute : expr (expr[] value, identifier[] attr, expr_context[] ctx);
    Subscript : expr (expr[] value, expr[] slice, expr_context[] ctx);
    Starred : expr (expr[] value, expr_context[] ctx);
    Name : expr (identifier[] id, expr_context[] ctx);
    List : expr (expr[*] elts, expr_context[] ctx);
    Tuple : expr (expr[*] elts, expr_context[] ctx);
    Slice : expr (expr[?] lower, expr[?] upper, expr[?] step);
    Load : expr_context ();
    Store : expr_context ();
    Del : expr_context ();
    And : boolop ();
    Or : boolop ();
    Add : operator ();
    Sub : operator ();
    Mult : operator ();
    MatMult : operator ();
    Div : operator ();
    Mod : operator ();
    Pow : operator ();
    LShift : operator ();
    RShift : operator ();
    BitOr : operator ();
    BitXor : operator ();
    BitAnd : operator ();
    FloorDiv : operator ();
    Invert : unaryop ();
    Not : unaryop ();
    UAdd : unaryop ();
    USub : unaryop ();
    Eq : cmpop ();
    NotEq : cmpop ();
    Lt : cmpop ();
    LtE : cmpop ();
    Gt : cmpop ();
    GtE : cmpop ();
    Is : cmpop ();
    IsNot : cmpop ();
    In : cmpop ();
    NotIn : cmpop ();
    comprehension : (expr[] target, expr[] iter, expr[*] ifs, int[] is_async);
    ExceptHandler : excepthandler (expr[?] type_, identifier[?] name, stmt[*] body);
    arguments : (arg[*] posonlyargs, arg[*] args, arg[?] vararg, arg[*] kwonlyargs, expr[? *] kw_defaults, arg[?] kwarg, expr[*] defaults);
    arg : (identifier[] arg, expr[?] annotation, string[?] type_comment);
    keyword : (identifier[?] arg, expr[] value);
    alias : (identifier[] name, identifier[?] asname);
    withitem : (expr[] context_expr, expr[?] optional_vars);
    match_case : (pattern[] pattern, expr[?] guard, stmt[*] body);
    MatchValue : pattern (expr[] value);
    MatchSingleton : pattern (constant[] value);
    MatchSequence : pattern (pattern[*] patterns);
    MatchMapping : pattern (expr[*] keys, pattern[*] patterns, identifier[?] rest);
    MatchClass : pattern (expr[] cls, pattern[*] patterns, identifier[*] kwd_attrs, pattern[*] kwd_patterns);
    MatchStar : pattern (identifier[?] name);
    MatchAs : pattern (pattern[?] pattern, identifier[?] name);
    MatchOr : pattern (pattern[*] patterns);
    TypeIgnore : type_ignore (int[] lineno, string[] tag);
    TypeVar : type_param (identifier[] name, expr[?] bound, expr[?] default_value);
    ParamSpec : type_param (identifier[] name, expr[?] default_value);
    TypeVarTuple : type_param (identifier[] name, expr[?] default_value);
}

/// Names of the position attributes.
pub const POSITION: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

/// A sum type, or a product (which is its own class), in the order of the ASDL.
pub struct Group {
    pub name: &'static str,
    /// Whether its nodes have the attributes of `POSITION`.
    pub positions: bool,
    /// Whether the end of the position may be left out.
    pub open_end: bool,
}

const fn group(name: &'static str, positions: bool, open_end: bool) -> Group {
    Group { name, positions, open_end }
}

pub const GROUPS: &[Group] = &[
    group("mod", false, false),
    group("stmt", true, true),
    group("expr", true, true),
    group("expr_context", false, false),
    group("boolop", false, false),
    group("operator", false, false),
    group("unaryop", false, false),
    group("cmpop", false, false),
    group("comprehension", false, false),
    group("excepthandler", true, true),
    group("arguments", false, false),
    group("arg", true, true),
    group("keyword", true, true),
    group("alias", true, true),
    group("withitem", false, false),
    group("match_case", false, false),
    group("pattern", true, false),
    group("type_ignore", false, false),
    group("type_param", true, false),
];

impl Group {
    /// The group that a name names, if it names one and not a builtin type of ASDL.
    pub fn named(name: &str) -> Option<&'static Group> {
        GROUPS.iter().find(|g| g.name == name)
    }

    /// The node classes of the group.
    pub fn nodes(&self) -> impl Iterator<Item = &'static NodeInfo> {
        NODES.iter().filter(move |n| n.sum == self.name || n.sum.is_empty() && n.name == self.name)
    }

    /// Whether it is one class and no sum.
    pub fn is_product(&self) -> bool {
        NODES.iter().any(|n| n.sum.is_empty() && n.name == self.name)
    }

    /// Its definition in ASDL: the docstring of its class.
    pub fn doc(&self) -> String {
        let cases: Vec<String> = self.nodes().map(NodeInfo::doc).collect();
        if self.is_product() {
            return cases.concat();
        }
        let simple = self.nodes().all(|n| n.fields.is_empty());
        let between =
            if simple { " | ".to_owned() } else { format!("\n{}| ", " ".repeat(self.name.len() + 1)) };
        format!("{} = {}", self.name, cases.join(&between))
    }
}

impl NodeInfo {
    /// Its definition in ASDL: the docstring of its class.
    pub fn doc(&self) -> String {
        if self.fields.is_empty() {
            return self.name.to_owned();
        }
        let fields: Vec<String> = self.fields.iter().map(FieldInfo::text).collect();
        format!("{}({})", self.name, fields.join(", "))
    }

    /// The sum type or, for a product, the class itself.
    pub fn group(&self) -> &'static Group {
        let name = if self.sum.is_empty() { self.name } else { self.sum };
        Group::named(name).expect("every node belongs to a group")
    }
}

impl Node {
    pub fn info(self) -> &'static NodeInfo {
        &NODES[self as usize]
    }
}
