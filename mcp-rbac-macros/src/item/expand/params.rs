//! The parameters: how each is made from the call, and what is known of it before.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{Ident, Type, spanned::Spanned};

use super::{describe, placed};
use crate::item::{
    Declaration, Param,
    signature::{generic_argument, last_segment},
};

/// Each type is named in one place that asks for a trait, so that a type which is no parameter is one error.
pub(super) fn constants<K>(declaration: &Declaration<K>) -> TokenStream {
    let private = &declaration.private;
    let constants = named(declaration).map(|(constant, Param { ty, cfg, variable, .. })| match variable {
        Some(_) => {
            let value = quote_spanned!(ty.span()=> <#ty as #private::ResourceVariable>);
            quote! {
                #(#cfg)*
                const #constant: #private::Variable<#ty> = #private::Variable { parse: #value::parse };
            }
        }
        None => {
            let param = quote_spanned!(ty.span()=> <#ty as #private::ToolParam>);
            quote! {
                #(#cfg)*
                const #constant: #private::Param<#ty> =
                    #private::Param { extract: #param::extract, kind: #param::kind, proves: #param::PROVES };
            }
        }
    });
    constants.collect()
}

/// The parameters that the request brings, for the check at start-up.
pub(super) fn defs<K>(declaration: &Declaration<K>) -> TokenStream {
    let private = &declaration.private;
    let brought = named(declaration).filter(|(_, param)| param.variable.is_none());
    let defs = brought.map(|(constant, Param { name, cfg, .. })| {
        quote!(#(#cfg)* #private::ParamDef { name: #name, kind: #constant.kind })
    });
    quote!(#(#defs),*)
}

/// What the function is called with.
pub(super) fn values<K>(declaration: &Declaration<K>, call: &Ident) -> TokenStream {
    let private = &declaration.private;
    let values = named(declaration).map(|(constant, Param { cfg, variable, .. })| match variable {
        Some(name) => quote!(#(#cfg)* #private::variable(#call, #name, #constant.parse)?),
        None => quote!(#(#cfg)* (#constant.extract)(#call)?),
    });
    quote!(#(#values),*)
}

/// A proof of more than the requirement checks does not compile.
pub(super) fn proofs<K>(declaration: &Declaration<K>) -> TokenStream {
    let requirement = describe(&declaration.access);
    let proofs = named(declaration).filter(|(_, param)| may_prove(param));
    let proofs = proofs.map(|(constant, Param { ty, cfg, .. })| {
        let message = format!(
            "`{}` proves more than {requirement} checks\n\
             help: require the permission in every case, or take `Caller` and ask `caller.granted()`",
            short(ty)
        );
        let private = placed(ty.span(), &declaration.private);
        quote_spanned!(ty.span()=> #(#cfg)* #private::assert_proven(#constant.proves, &__REQUIREMENT, #message);)
    });
    proofs.collect()
}

/// Each parameter with the constant that says how it is made.
fn named<K>(declaration: &Declaration<K>) -> impl Iterator<Item = (Ident, &Param)> {
    declaration.params.iter().enumerate().map(|(at, param)| (format_ident!("__PARAM_{at}"), param))
}

/// A proof may have any name but these, which save the compiler some work. Whoever calls a proof `State` learns at run
/// time what the compiler would have said.
fn may_prove(Param { ty, variable, .. }: &Param) -> bool {
    let known = ["Parameters", "State", "Caller"];
    variable.is_none() && !last_segment(ty).is_some_and(|name| known.iter().any(|known| name == known))
}

/// `Granted<delete_data>`: the names that the paths of a proof end in.
fn short(ty: &Type) -> String {
    let name = last_segment(ty).map(Ident::to_string).unwrap_or_default();
    match generic_argument(ty, &name).and_then(last_segment) {
        Some(argument) => format!("{name}<{argument}>"),
        None => name,
    }
}
