//! Who may call, as the runtime knows it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::LitStr;

use crate::item::{
    Declaration,
    args::{Access, Requirement},
};

pub(crate) fn requirement<K>(declaration: &Declaration<K>) -> TokenStream {
    let private = &declaration.private;
    match &declaration.access {
        Access::Requires(_, parts) => expression(declaration, parts),
        Access::Authenticated(_) => quote!(#private::Requirement::authenticated()),
        Access::Public(_, reason) => quote!(#private::Requirement::public(#reason)),
    }
}

fn expression<K>(declaration: &Declaration<K>, requirement: &Requirement) -> TokenStream {
    let Declaration { runtime, private, policy, .. } = declaration;
    let (combine, parts) = match requirement {
        Requirement::Permission(name) => {
            // the value anew, so that every way of writing one string is the same token
            let name = LitStr::new(&name.value(), name.span());
            let permission = quote_spanned! {name.span()=>
                #policy::__permission! { (#runtime) (#policy) #name #name }
            };
            return quote!(#private::Requirement::permission(#permission));
        }
        Requirement::All(_, parts) => (format_ident!("all"), parts),
        Requirement::Any(_, parts) => (format_ident!("any"), parts),
    };
    let parts = parts.iter().map(|part| expression(declaration, part));
    quote!(#private::Requirement::#combine(&[#(#parts),*]))
}

/// The policy that the requirement is resolved in. A requirement with permissions knows it, so that a path that leads
/// nowhere is one error and not two.
pub(crate) fn policy<K>(declaration: &Declaration<K>) -> TokenStream {
    let Declaration { private, policy, .. } = declaration;
    match &declaration.access {
        Access::Requires(..) => quote!(#private::policy_of(&__REQUIREMENT)),
        Access::Authenticated(span) | Access::Public(span, _) => quote_spanned!(*span=> &#policy::POLICY),
    }
}

/// The declaration as it is written, for messages.
pub(crate) fn describe(access: &Access) -> String {
    match access {
        Access::Requires(_, name @ Requirement::Permission(_)) => format!("`requires = {name}`"),
        Access::Requires(_, requirement) => format!("`requires({requirement})`"),
        Access::Authenticated(_) | Access::Public(..) => format!("`{}`", access.key()),
    }
}
