//! `#[native_module]`: a Rust module becomes a Python module.

use crate::attrs::{Args, doc_comment, take_attr};
use crate::func::{Function, Role, option};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Item, ItemMod, Result};

pub fn expand(mut args: Args, mut module: ItemMod) -> Result<TokenStream> {
    let name = Args::require(args.string("name")?, "name")?;
    let doc = match args.string("doc")? {
        Some(text) => Some(text.value()),
        None => doc_comment(&module.attrs),
    };
    args.finish("name, doc")?;
    let Some((_, items)) = &mut module.content else {
        return Err(Error::new_spanned(&module, "#[native_module] needs the module's body in place"));
    };
    let owner = quote!(::habu_runtime::native::Owner::Module(#name));
    let mut functions = Vec::new();
    let mut init = None;
    for item in items.iter_mut() {
        let Item::Fn(item) = item else { continue };
        if let Some(attr) = take_attr(&mut item.attrs, "function") {
            let ident = &item.sig.ident;
            let function = Function {
                role: Role::Function,
                attr: &attr,
                attrs: &item.attrs,
                sig: &item.sig,
                path: quote!(#ident),
                owner: owner.clone(),
            };
            functions.push(function.declaration()?);
        } else if let Some(attr) = take_attr(&mut item.attrs, "init") {
            if init.is_some() {
                return Err(Error::new_spanned(attr, "a module has one #[init]"));
            }
            init = Some(item.sig.ident.clone());
        }
    }
    let doc = option(doc);
    let init = match init {
        Some(init) => quote!(::core::option::Option::Some(#init)),
        None => quote!(::core::option::Option::None),
    };
    items.push(syn::parse_quote! {
        /// The module's declaration.
        pub static MODULE: ::habu_runtime::native::ModuleDecl = ::habu_runtime::native::ModuleDecl {
            name: #name, doc: #doc, functions: &[#(#functions),*], init: #init,
        };
    });
    Ok(quote!(#module))
}
