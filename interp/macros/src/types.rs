//! `#[py_type]`: an impl block becomes the declaration of a builtin type.

use crate::attrs::{Args, doc_comment, plain_name, take_attr};
use crate::func::{Function, Role, RustParams, inside_option, option};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Error, ImplItem, ImplItemFn, ItemImpl, LitStr, Result, Type};

const ROLES: [(&str, Role); 4] = [
    ("method", Role::Method),
    ("classmethod", Role::ClassMethod),
    ("staticmethod", Role::StaticMethod),
    ("new", Role::New),
];

struct Property {
    name: String,
    doc: Option<String>,
    get: TokenStream,
    set: Option<TokenStream>,
}

pub fn expand(mut args: Args, mut block: ItemImpl) -> Result<TokenStream> {
    let name = Args::require(args.string("name")?, "name")?;
    let module = args.string("module")?.unwrap_or_else(|| LitStr::new("builtins", name.span()));
    let id = Args::require(args.value("id"), "id")?;
    let base = args.value("base").map_or(quote!(::habu_runtime::object::ids::OBJECT), |b| quote!(#b));
    let payload = args.value("payload");
    let doc = match args.string("doc")? {
        Some(text) => Some(text.value()),
        None => doc_comment(&block.attrs),
    };
    let (subclassable, has_dict) = (args.flag("subclassable"), args.flag("has_dict"));
    let (sequence, mapping) = (args.flag("sequence"), args.flag("mapping"));
    args.finish("name, module, id, base, payload, doc, subclassable, has_dict, sequence, mapping")?;
    if block.trait_.is_some() || !block.generics.params.is_empty() {
        return Err(Error::new_spanned(&block.self_ty, "#[py_type] goes on a plain `impl Type { ... }`"));
    }

    let this = (*block.self_ty).clone();
    let payload = payload.map_or(quote!(#this), |p| quote!(#p));
    let owner = quote!(::habu_runtime::native::Owner::Type { name: #name, id: #id });
    let mut methods = Vec::new();
    let mut properties: Vec<Property> = Vec::new();
    let mut setters = Vec::new();
    for item in &mut block.items {
        let ImplItem::Fn(item) = item else { continue };
        if let Some((role, attr)) = take_role(&mut item.attrs) {
            let ident = &item.sig.ident;
            let (attrs, sig) = (&item.attrs[..], &item.sig);
            let function = Function {
                role,
                attr: &attr,
                attrs,
                sig,
                path: quote!(<#this>::#ident),
                owner: owner.clone(),
            };
            methods.push(function.declaration()?);
            if role == Role::New {
                let lint = quote!(clippy::new_ret_no_self, reason = "a Python constructor");
                item.attrs.push(syn::parse_quote!(#[allow(#lint)]));
            }
        } else if let Some(attr) = take_attr(&mut item.attrs, "getter") {
            properties.push(getter(&attr, item, &this, &owner)?);
        } else if let Some(attr) = take_attr(&mut item.attrs, "setter") {
            setters.push(setter(&attr, item, &this, &owner)?);
        }
    }
    for (name, span, tokens) in setters {
        match properties.iter_mut().find(|p| p.name == name) {
            Some(property) => property.set = Some(tokens),
            None => return Err(Error::new(span, format!("no #[getter] called `{name}` for this setter"))),
        }
    }
    let getset = properties.iter().map(|p| {
        let (name, doc, get) = (&p.name, option(p.doc.clone()), &p.get);
        let set = match &p.set {
            Some(set) => quote!(::core::option::Option::Some(#set)),
            None => quote!(::core::option::Option::None),
        };
        quote!(::habu_runtime::native::GetSetDecl { name: #name, doc: #doc, get: #get, set: #set })
    });
    let doc = option(doc);
    block.items.push(syn::parse_quote! {
        /// The type's declaration.
        pub const DECL: &'static ::habu_runtime::native::TypeDecl = {
            static DECL: ::habu_runtime::native::TypeDecl = ::habu_runtime::native::TypeDecl {
                name: #name, module: #module, doc: #doc, id: #id, base: #base,
                payload: ::core::mem::size_of::<#payload>(),
                kind: <#payload as ::habu_runtime::heap::Layout>::KIND,
                subclassable: #subclassable, has_dict: #has_dict, sequence: #sequence, mapping: #mapping,
                methods: &[#(#methods),*], getset: &[#(#getset),*],
            };
            &DECL
        };
    });
    Ok(quote!(#block))
}

fn take_role(attrs: &mut Vec<Attribute>) -> Option<(Role, Attribute)> {
    ROLES.iter().find_map(|(name, role)| take_attr(attrs, name).map(|attr| (*role, attr)))
}

fn arg_at(name: &str, owner: &TokenStream, what: &str, none_is_absent: bool) -> TokenStream {
    quote! {
        const {
            &::habu_runtime::native::ArgAt {
                function: #name, owner: #owner, what: #what, none_is_absent: #none_is_absent,
            }
        }
    }
}

fn getter(attr: &Attribute, item: &ImplItemFn, this: &Type, owner: &TokenStream) -> Result<Property> {
    let mut args = Args::of(attr)?;
    let name = args.string("name")?.map_or_else(|| plain_name(&item.sig.ident), |n| n.value());
    let doc = args.string("doc")?.map(|d| d.value()).or_else(|| doc_comment(&item.attrs));
    args.finish("name, doc")?;
    let params = RustParams::of(&item.sig)?;
    let [receiver] = &params.types[..] else {
        return Err(Error::new_spanned(&item.sig, "a getter takes `vm` and the receiver"));
    };
    let (ident, at) = (&item.sig.ident, arg_at(&name, owner, "", false));
    let get = quote! {{
        fn get(
            vm: &mut ::habu_runtime::vm::Vm, this: ::habu_runtime::Value,
        ) -> ::habu_runtime::vm::PyResult<::habu_runtime::Value> {
            let this = <#receiver as ::habu_runtime::native::FromArg>::from_receiver(vm, this, #at)?;
            let result = <#this>::#ident(vm, this);
            ::habu_runtime::native::IntoResult::into_result(result, vm)
        }
        get
    }};
    Ok(Property { name, doc, get, set: None })
}

fn setter(
    attr: &Attribute,
    item: &ImplItemFn,
    this: &Type,
    owner: &TokenStream,
) -> Result<(String, proc_macro2::Span, TokenStream)> {
    let mut args = Args::of(attr)?;
    let ident = &item.sig.ident;
    let plain = plain_name(ident);
    let name = match args.string("name")? {
        Some(name) => name.value(),
        None => plain.strip_prefix("set_").unwrap_or(&plain).to_string(),
    };
    args.finish("name")?;
    let params = RustParams::of(&item.sig)?;
    let [receiver, value] = &params.types[..] else {
        return Err(Error::new_spanned(&item.sig, "a setter takes `vm`, the receiver and the value"));
    };
    let (at_this, at_value) = (arg_at(&name, owner, "", false), arg_at(&name, owner, "argument", false));
    // Only a setter that takes an `Option` supports deletion.
    let refuse = if inside_option(value).is_none() {
        quote! {
            if value.is_unbound() {
                return Err(::habu_runtime::native::cannot_delete(vm, #name));
            }
        }
    } else {
        TokenStream::new()
    };
    let set = quote! {{
        fn set(
            vm: &mut ::habu_runtime::vm::Vm, this: ::habu_runtime::Value, value: ::habu_runtime::Value,
        ) -> ::habu_runtime::vm::PyResult<()> {
            let this = <#receiver as ::habu_runtime::native::FromArg>::from_receiver(vm, this, #at_this)?;
            #refuse
            let value = <#value as ::habu_runtime::native::FromArg>::from_arg(vm, value, #at_value)?;
            let done = <#this>::#ident(vm, this, value);
            ::habu_runtime::native::IntoResult::into_result(done, vm)?;
            Ok(())
        }
        set
    }};
    Ok((name, ident.span(), set))
}
