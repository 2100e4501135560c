//! One native function: from a Rust function and its attribute to a `NativeDecl` expression.

use crate::attrs::{Args, doc_comment, plain_name};
use crate::sig::{Default, Kind, Signature};
use crate::specials;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{Attribute, Error, FnArg, GenericArgument, Pat, PathArguments, Result, ReturnType, Type};

/// As `bind::MAX_PARAMS` in the runtime.
const MAX_PARAMS: usize = 24;

/// What kind of declaration a function is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Function,
    Method,
    ClassMethod,
    StaticMethod,
    New,
}

impl Role {
    /// Name given to the receiver when the signature text has none.
    fn receiver(self) -> Option<&'static str> {
        match self {
            Role::Method => Some("self"),
            Role::ClassMethod | Role::New => Some("cls"),
            Role::Function | Role::StaticMethod => None,
        }
    }

    fn tokens(self) -> TokenStream {
        let name = match self {
            Role::Function => quote!(Function),
            Role::Method => quote!(Method),
            Role::ClassMethod => quote!(ClassMethod),
            Role::StaticMethod => quote!(StaticMethod),
            Role::New => quote!(New),
        };
        quote!(::habu_runtime::native::NativeKind::#name)
    }
}

/// The Rust parameters after `vm`.
pub struct RustParams {
    pub names: Vec<String>,
    pub types: Vec<Type>,
}

impl RustParams {
    pub fn of(sig: &syn::Signature) -> Result<RustParams> {
        let mut inputs = sig.inputs.iter();
        match inputs.next() {
            Some(FnArg::Typed(first)) if is_mut_ref(&first.ty) => {}
            other => {
                let span = other.map_or(sig.ident.span(), |o| o.span());
                return Err(Error::new(span, "the first parameter must be `vm: &mut Vm`"));
            }
        }
        let (mut names, mut types) = (Vec::new(), Vec::new());
        for input in inputs {
            let FnArg::Typed(param) = input else {
                return Err(Error::new(
                    input.span(),
                    "a native function has no `self` receiver; take `this: Gc<T>`",
                ));
            };
            names.push(match &*param.pat {
                Pat::Ident(p) => plain_name(&p.ident).trim_start_matches('_').to_string(),
                _ => String::new(),
            });
            types.push((*param.ty).clone());
        }
        if sig.asyncness.is_some() || !sig.generics.params.is_empty() {
            return Err(Error::new(sig.ident.span(), "a native function is neither async nor generic"));
        }
        Ok(RustParams { names, types })
    }

    /// Raw access: the only parameter is the slice of all bound values.
    fn raw(&self) -> bool {
        matches!(&self.types[..], [Type::Reference(r)] if matches!(&*r.elem, Type::Slice(_)))
    }
}

fn is_mut_ref(ty: &Type) -> bool {
    matches!(ty, Type::Reference(r) if r.mutability.is_some())
}

fn is_option(ty: &Type) -> bool {
    names_type(ty, "Option")
}

fn names_type(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == name))
}

/// Everything the declaration of one function needs.
pub struct Function<'a> {
    pub role: Role,
    /// The `#[function(...)]`, `#[method(...)]`… attribute, already removed from the item.
    pub attr: &'a Attribute,
    pub attrs: &'a [Attribute],
    pub sig: &'a syn::Signature,
    /// Path by which the generated entry calls the Rust function.
    pub path: TokenStream,
    /// `Owner` expression: the module or type it belongs to.
    pub owner: TokenStream,
}

impl Function<'_> {
    /// `NativeDecl { ... }` with its entry as a nested function.
    pub fn declaration(&self) -> Result<TokenStream> {
        let mut args = Args::of(self.attr)?;
        let name = match args.string("name")? {
            Some(text) => text.value(),
            None if self.role == Role::New => "__new__".into(),
            None => plain_name(&self.sig.ident),
        };
        let doc = match args.string("doc")? {
            Some(text) => Some(text.value()),
            None => doc_comment(self.attrs),
        };
        let params = RustParams::of(self.sig)?;
        let signature = self.signature(&mut args, &name, &params)?;
        let effects = effects(args.list("effects"))?;
        let unboxed = match args.value("unboxed") {
            Some(entry) => unboxed(&entry, &params)?,
            None => quote!(::habu_runtime::native::Unboxed::None),
        };
        let positional = match args.value("positional") {
            Some(entry) => quote!(Some(#entry)),
            None => quote!(None),
        };
        args.finish("name, sig, text, doc, effects(...), unboxed, positional")?;

        let entry = self.entry(&name, &signature, &params)?;
        let (kind, owner, sig) = (self.role.tokens(), &self.owner, signature.tokens(params.raw()));
        let doc = option(doc);
        Ok(quote! {
            ::habu_runtime::native::NativeDecl {
                name: #name, owner: #owner, doc: #doc, sig: #sig, kind: #kind,
                entry: { #entry entry }, effects: #effects, unboxed: #unboxed, positional: #positional,
            }
        })
    }

    fn signature(&self, args: &mut Args, name: &str, params: &RustParams) -> Result<Signature> {
        let written = args.string("sig")?;
        let (text, span) = match &written {
            Some(literal) => (literal.value(), literal.span()),
            None => (self.derived_signature(name, params)?, self.sig.ident.span()),
        };
        let mut sig =
            Signature::parse(&text).map_err(|e| Error::new(span, format!("in this signature: {e}")))?;
        if let Some(shown) = args.string("text")? {
            sig.text = shown.value();
        }
        match self.role.receiver() {
            Some(receiver) => sig = sig.with_receiver(receiver),
            None if sig.receiver => {
                return Err(Error::new(span, "functions and static methods have no `$` receiver"));
            }
            None => {}
        }
        if sig.params.len() > MAX_PARAMS {
            return Err(Error::new(span, format!("a native function has at most {MAX_PARAMS} parameters")));
        }
        if !params.raw() && sig.params.len() != params.types.len() {
            let message = format!(
                "the signature {text} has {} parameters (receiver included), the function takes {} after `vm`",
                sig.params.len(),
                params.types.len()
            );
            return Err(Error::new(span, message));
        }
        for ((param, ty), name) in sig.params.iter_mut().zip(&params.types).zip(&params.names) {
            match param.kind {
                // Nobody looks at them: they are passed as `None`.
                Kind::VarArgs | Kind::VarKeywords if name.starts_with('_') && names_type(ty, "Value") => {
                    param.default = Default::None;
                }
                // `**kwargs` as an `Option`: nothing is made when no keyword was passed.
                Kind::VarKeywords if is_option(ty) => param.default = Default::Omitted,
                _ => {}
            }
        }
        Ok(sig)
    }

    /// Without `sig`: the special method's shape, or the Rust names, positional-only, `Option` meaning optional.
    fn derived_signature(&self, name: &str, params: &RustParams) -> Result<String> {
        if let Some(text) = specials::signature(name).filter(|_| self.role != Role::New) {
            return Ok(text.into());
        }
        if params.raw() {
            return Err(Error::new(
                self.sig.ident.span(),
                "raw access (`args: &[Value]`) needs `sig = \"...\"`",
            ));
        }
        let mut text = String::from("(");
        for (at, (name, ty)) in params.names.iter().zip(&params.types).enumerate() {
            if at == 0 && self.role.receiver().is_some() {
                text.push_str(if self.role == Role::Method { "$self, " } else { "$type, " });
                continue;
            }
            text.push_str(name);
            text.push_str(if is_option(ty) { "=<unrepresentable>, " } else { ", " });
        }
        text.push_str(if params.types.is_empty() { ")" } else { "/)" });
        Ok(text)
    }

    /// The `NativeFn` that converts the bound values, calls the Rust function and converts its result.
    fn entry(&self, name: &str, sig: &Signature, params: &RustParams) -> Result<TokenStream> {
        let path = &self.path;
        let result = match &self.sig.output {
            ReturnType::Default => quote!(::habu_runtime::Value::NONE),
            ReturnType::Type(..) => quote!(result),
        };
        let head = quote! {
            fn entry(
                vm: &mut ::habu_runtime::vm::Vm, args: &[::habu_runtime::Value],
            ) -> ::habu_runtime::vm::PyResult<::habu_runtime::Value>
        };
        if params.raw() {
            let check = (self.role == Role::New).then(|| {
                let owner = &self.owner;
                quote!(::habu_runtime::native::check_new(vm, #owner, args[0])?;)
            });
            return Ok(quote! {
                #head {
                    #check
                    let result = #path(vm, args);
                    ::habu_runtime::native::IntoResult::into_result(#result, vm)
                }
            });
        }
        let values: Vec<Ident> = (0..params.types.len()).map(|i| format_ident!("a{i}")).collect();
        let mut conversions = Vec::new();
        for (at, (value, ty)) in values.iter().zip(&params.types).enumerate() {
            conversions.push(self.conversion(name, sig, at, value, ty)?);
        }
        let unpack = match sig.omitted() {
            _ if values.is_empty() => quote!(let _ = args;),
            Some(words) if !words.is_empty() => {
                // Called with fewer: the words of the others are known here.
                let (given, optional) = values.split_at(values.len() - words.len());
                let (least, most) = (given.len(), values.len());
                let at = least..;
                quote! {
                    if args.len() < #least || args.len() > #most {
                        return Err(::habu_runtime::native::misbound(vm, #name));
                    }
                    let [#(#given),*] = *args.first_chunk::<#least>().expect("compared");
                    #(let #optional = args.get(#at).copied().unwrap_or(#words);)*
                }
            }
            _ => quote! {
                let &[#(#values),*] = args else { return Err(::habu_runtime::native::misbound(vm, #name)) };
            },
        };
        let call = quote!(#path(vm #(, #values)*));
        let call = match &self.sig.output {
            ReturnType::Default => quote!(#call;),
            ReturnType::Type(..) => quote!(let result = #call;),
        };
        Ok(quote! {
            #head {
                #unpack
                #(#conversions)*
                #call
                ::habu_runtime::native::IntoResult::into_result(#result, vm)
            }
        })
    }

    fn conversion(
        &self,
        name: &str,
        sig: &Signature,
        at: usize,
        value: &Ident,
        ty: &Type,
    ) -> Result<TokenStream> {
        let receiver = at == 0 && sig.receiver;
        if receiver && self.role == Role::New {
            let owner = &self.owner;
            let check = quote!(::habu_runtime::native::check_new(vm, #owner, #value)?);
            return Ok(if is_plain_value(ty) { quote!(#check;) } else { quote!(let #value = #check;) });
        }
        if is_plain_value(ty) && !receiver {
            let optional = sig.params[at].default == Default::Omitted;
            if optional {
                let message =
                    format!("`{}` may be omitted: take `Option<{}>`", sig.params[at].name, quote!(#ty));
                return Err(Error::new(ty.span(), message));
            }
            return Ok(TokenStream::new());
        }
        if sig.params[at].default == Default::Omitted && !is_option(ty) {
            let message = format!("`{}` may be omitted: take an `Option`", sig.params[at].name);
            return Err(Error::new(ty.span(), message));
        }
        let convert = if receiver { quote!(from_receiver) } else { quote!(from_arg) };
        let what = if receiver { String::new() } else { sig.argument_name(at) };
        // An `Option` means "None is the default" unless the parameter can be omitted without a default value.
        let none_is_absent = is_option(ty) && sig.params[at].default != Default::Omitted;
        let owner = &self.owner;
        Ok(quote! {
            let #value = {
                const AT: &::habu_runtime::native::ArgAt = &::habu_runtime::native::ArgAt {
                    function: #name, owner: #owner, what: #what, none_is_absent: #none_is_absent,
                };
                <#ty as ::habu_runtime::native::FromArg>::#convert(vm, #value, AT)?
            };
        })
    }
}

fn is_plain_value(ty: &Type) -> bool {
    matches!(ty, Type::Path(p) if p.path.is_ident("Value"))
}

/// `Some("text")` or `None`, as tokens.
pub fn option(text: Option<String>) -> TokenStream {
    match text {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    }
}

fn effects(words: Vec<Ident>) -> Result<TokenStream> {
    let (mut pure, mut no_raise, mut no_python) = (false, false, false);
    for word in words {
        match word.to_string().as_str() {
            "pure" => pure = true,
            "no_raise" => no_raise = true,
            "no_python" => no_python = true,
            _ => return Err(Error::new(word.span(), "effects are `pure`, `no_raise` and `no_python`")),
        }
    }
    // What is pure runs no Python code.
    no_python |= pure;
    Ok(quote! {
        ::habu_runtime::native::NativeEffects { pure: #pure, no_raise: #no_raise, no_python: #no_python }
    })
}

fn unboxed(entry: &syn::Expr, params: &RustParams) -> Result<TokenStream> {
    let floats = params.types.iter().all(|t| matches!(t, Type::Path(p) if p.path.is_ident("f64")));
    match params.types.len() {
        1 if floats => Ok(quote!(::habu_runtime::native::Unboxed::F64ToF64(#entry))),
        2 if floats => Ok(quote!(::habu_runtime::native::Unboxed::F64F64ToF64(#entry))),
        _ => {
            Err(Error::new(entry.span(), "an unboxed entry needs a function of one or two `f64` parameters"))
        }
    }
}

/// The type inside `Option<...>`, if `ty` is one.
pub fn inside_option(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|s| s.ident == "Option")?;
    match &last.arguments {
        PathArguments::AngleBracketed(list) => match list.args.first() {
            Some(GenericArgument::Type(ty)) => Some(ty),
            _ => None,
        },
        _ => None,
    }
}
