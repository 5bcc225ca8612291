//! Quotes, and decides nothing.

mod params;
mod requirement;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Expr, Ident, ItemFn, spanned::Spanned};

use super::{Declaration, Kind, args::Completion};
use params::{constants, defs, proofs, values};
pub(crate) use requirement::{describe, policy, requirement};

/// What only one of the attributes emits.
pub(crate) struct Parts {
    /// What is registered: `ToolDef`.
    pub(crate) def: &'static str,
    /// Its fields that only it has.
    pub(crate) fields: TokenStream,
    /// The constant that says what becomes of what the function returns. It is the one place that asks the type for a
    /// trait, so that a type which is no result is one error.
    pub(crate) returned: TokenStream,
    /// What a call comes to, where that is not the answer to a tool call.
    pub(crate) answer: Option<&'static str>,
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
    let assertions = assertions(declaration, &parts);
    let call = call(function, declaration, &parts);
    let policy = policy(declaration);
    let param_defs = defs(declaration);
    let title = option(declaration.title.as_ref());
    let description = option(declaration.description.as_ref());
    let icons = option(declaration.icons.as_ref().map(closure));
    let meta = option(declaration.meta.as_ref().map(closure));
    let (def, Parts { fields, returned, .. }) = (format_ident!("{}", parts.def), parts);
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

/// The constant `__RETURNED` of a prompt or a resource: `function` of `result`, a trait, makes an `answer`.
pub(crate) fn answered<K>(
    declaration: &Declaration<K>,
    [result, function, answer]: [&str; 3],
) -> TokenStream {
    let Declaration { private, returned, .. } = declaration;
    let [result, function, answer] = [result, function, answer].map(|name| format_ident!("{name}"));
    let result = quote_spanned!(returned.span()=> <#returned as #private::#result>);
    quote! {
        const __RETURNED: #private::Answered<#returned, #private::#answer> =
            #private::Answered { into_response: #result::#function };
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
    let answer = parts.answer.map(|answer| format_ident!("{answer}"));
    let answer = answer.map(|answer| quote!(<#private::#answer>));
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
        let (placed, value) = (placed(span, private), Span::mixed_site().located_at(span));
        let value = Ident::new("__completion", value);
        let complete = quote_spanned!(span=> |#value| #placed::complete(#function(#value)));
        quote!(#private::CompletionDef { argument: #argument, complete: #complete })
    });
    quote!(&[#(#completions),*])
}
