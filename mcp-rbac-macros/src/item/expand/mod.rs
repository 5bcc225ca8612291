//! Quotes, and decides nothing.

mod params;
mod requirement;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Expr, Ident, ItemFn, spanned::Spanned};

use super::{Declaration, Kind, args::Completion};
use params::{constants, defs, proofs, values};
pub(crate) use requirement::describe;
use requirement::{policy, requirement};

/// What only one of the attributes emits.
pub(crate) struct Parts {
    /// What is registered: `ToolDef`.
    pub(crate) def: &'static str,
    /// Its fields that only it has.
    pub(crate) fields: TokenStream,
    /// The trait of what the function returns: `ToolResult`.
    pub(crate) result: &'static str,
    /// The functions of that trait that are needed.
    pub(crate) result_functions: &'static [&'static str],
    /// What a call comes to, where that is not the answer to a tool call.
    pub(crate) answer: Option<TokenStream>,
    /// Statements of a constant that does not compile where something is wrong.
    pub(crate) assertions: TokenStream,
}

/// `item` is the function as it came; it stays as it is.
pub(super) fn expand<K: Kind>(
    item: &TokenStream,
    function: &ItemFn,
    declaration: &Declaration<K>,
) -> TokenStream {
    let Declaration { name, private, allowed, .. } = declaration;
    let parts = K::expand(declaration);
    let requirement = requirement(declaration);
    let params = constants(declaration);
    let returned = returned(declaration, &parts);
    let assertions = assertions(declaration, &parts);
    let call = call(function, declaration, &parts);
    let policy = policy(declaration);
    let param_defs = defs(declaration);
    let title = option(declaration.title.as_ref());
    let description = option(declaration.description.as_ref());
    let icons = option(declaration.icons.as_ref().map(closure));
    let meta = option(declaration.meta.as_ref().map(closure));
    let (def, fields) = (format_ident!("{}", parts.def), parts.fields);
    quote! {
        #item

        #(#allowed)*
        const _: () = {
            static __REQUIREMENT: #private::Requirement = #requirement;
            #params
            #returned
            #assertions
            #call
            #private::inventory::submit! {
                #private::#def {
                    name: #name,
                    title: #title,
                    description: #description,
                    icons: #icons,
                    meta: #meta,
                    requirement: __REQUIREMENT,
                    policy: #policy,
                    params: &[#param_defs],
                    #fields
                    call: __call,
                    module: ::core::module_path!(),
                    file: ::core::file!(),
                    line: ::core::line!(),
                }
            }
        };
    }
}

/// The same tokens, resolved as before, but placed at `span`: so that an error about the whole of an expression stands
/// there, too.
fn placed(span: Span, tokens: &TokenStream) -> TokenStream {
    let placed = tokens.clone().into_iter().map(|mut token| {
        token.set_span(token.span().located_at(span));
        token
    });
    placed.collect()
}

pub(crate) fn option(value: Option<impl ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

fn closure(value: &Expr) -> TokenStream {
    quote!(|| #value)
}

/// What needs the class of a permission or the whole expression is asserted where the compiler knows it.
fn assertions<K>(declaration: &Declaration<K>, parts: &Parts) -> TokenStream {
    let mut assertions = parts.assertions.clone();
    assertions.extend(proofs(declaration));
    if assertions.is_empty() { assertions } else { quote!(const _: () = { #assertions };) }
}

/// The type is named in one place that asks for a trait, so that a type which is no result is one error.
fn returned<K>(declaration: &Declaration<K>, parts: &Parts) -> TokenStream {
    let Declaration { private, returned, .. } = declaration;
    let (name, answer) = (format_ident!("{}", parts.result), parts.answer.iter());
    let result = quote_spanned!(returned.span()=> <#returned as #private::#name>);
    let functions = parts.result_functions.iter().map(|function| format_ident!("{function}"));
    let functions = functions.map(|function| quote!(#function: #result::#function));
    quote! {
        const __RETURNED: #private::Returned<#returned #(, #answer)*> = #private::Returned { #(#functions),* };
    }
}

fn call<K>(function: &ItemFn, declaration: &Declaration<K>, parts: &Parts) -> TokenStream {
    let private = &declaration.private;
    let name = &function.sig.ident;
    let call = Ident::new("__call", Span::mixed_site());
    let values = values(declaration, &call);
    let span = name.span().resolved_at(Span::call_site());
    let placed = placed(span, private);
    let run = match function.sig.asyncness {
        Some(_) => Ident::new("run", span),
        None => Ident::new("run_blocking", span),
    };
    let run = quote_spanned! {span=>
        #placed::#run(#call, |#call| ::core::result::Result::Ok(#name(#values)), __RETURNED.into_response)
    };
    let answer = parts.answer.as_ref().map(|answer| quote!(<#answer>));
    quote! {
        fn __call(#call: #private::Authorized) -> #private::CallFuture #answer {
            #run
        }
    }
}

/// The functions that propose values for arguments. Each stands where its path does, so that what is wrong with it is
/// said there.
pub(crate) fn completions(private: &TokenStream, completions: &[Completion]) -> TokenStream {
    let completions = completions.iter().map(|Completion { argument, function, .. }| {
        let span = function.span();
        let (placed, value) = (placed(span, private), Ident::new("__completion", Span::mixed_site()));
        let complete = quote_spanned!(span=> |#value| #placed::complete(#function(#value)));
        quote!(#private::CompletionDef { argument: #argument, complete: #complete })
    });
    quote!(&[#(#completions),*])
}
