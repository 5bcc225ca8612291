//! What a function must be to be a tool, a prompt or a resource.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{FnArg, ItemFn, ReturnType, Type, spanned::Spanned};

use crate::{
    diag::Diagnostics,
    item::{
        Words,
        signature::{last_segment, typed_params},
    },
};

pub(super) fn check(function: &ItemFn, words: &Words, diagnostics: &mut Diagnostics) {
    receiver(function, words, diagnostics);
    qualifiers(function, words, diagnostics);
    generics(function, words, diagnostics);
    unnamed_result(function, words, diagnostics);
    references(function, words, diagnostics);
}

// #[tool(requires = "read_data")]
// struct GetRecord;
pub(crate) fn not_a_function(
    item: &TokenStream,
    error: &syn::Error,
    words: &Words,
    diagnostics: &mut Diagnostics,
) {
    let noun = words.noun;
    if let Ok(function) = syn::parse2::<syn::TraitItemFn>(item.clone()) {
        diagnostics.error_with_help(
            function.sig.ident.span(),
            format_args!("a function without a body cannot be a {noun}"),
            format_args!("put `#[{noun}]` on a free function that has one"),
        );
    } else if syn::parse2::<syn::Item>(item.clone()).is_ok() || syn::parse2::<syn::Stmt>(item.clone()).is_ok()
    {
        diagnostics.error_with_help(
            keyword(item),
            format_args!("only a function can be a {noun}"),
            format_args!("put `#[{noun}]` on a `fn` or an `async fn`"),
        );
    } else {
        diagnostics.error_with_help(
            error.span(),
            format_args!("`#[{noun}]` cannot read this function: {error}"),
            "call what it does from a plainer one",
        );
    }
}

/// The first word after attributes and visibility: `struct`, `impl`, `mod`, …
fn keyword(item: &TokenStream) -> Span {
    item.clone()
        .into_iter()
        .find_map(|token| match token {
            TokenTree::Ident(word) if word != "pub" => Some(word.span()),
            TokenTree::Ident(_) | TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
        })
        .unwrap_or_else(|| item.span())
}

// #[tool(requires = "read_data")]
// fn get_record(&self) {}
fn receiver(function: &ItemFn, words: &Words, diagnostics: &mut Diagnostics) {
    let noun = words.noun;
    if let Some(FnArg::Receiver(receiver)) = function.sig.inputs.first() {
        diagnostics.error_with_help(
            receiver.self_token.span(),
            format_args!("a method cannot be a {noun}"),
            "make it a free function that takes what it needs as `State<T>`",
        );
    }
}

// #[tool(requires = "read_data")]
// unsafe extern "C" fn get_record() {}
fn qualifiers(function: &ItemFn, words: &Words, diagnostics: &mut Diagnostics) {
    let noun = words.noun;
    let sig = &function.sig;
    let variadic = sig.variadic.as_ref().map(|variadic| (variadic.span(), "a variadic function"));
    let found = [
        sig.constness.map(|token| (token.span(), "a `const` function")),
        sig.abi.as_ref().map(|abi| (abi.extern_token.span(), "an `extern` function")),
        unsafe_span(sig).map(|span| (span, "an `unsafe` function")),
        variadic,
    ];
    for (span, what) in found.into_iter().flatten() {
        diagnostics.error_with_help(
            span,
            format_args!("{what} cannot be a {noun}"),
            format_args!("a {noun} is a `fn` or an `async fn`"),
        );
    }
}

fn unsafe_span(sig: &syn::Signature) -> Option<Span> {
    match sig.safety {
        syn::Safety::Unsafe(token) => Some(token.span()),
        syn::Safety::Safe(_) | syn::Safety::Default => None,
    }
}

// #[tool(requires = "read_data")]
// fn get_record<T>(key: Parameters<impl DeserializeOwned>) {}
fn generics(function: &ItemFn, words: &Words, diagnostics: &mut Diagnostics) {
    let noun = words.noun;
    let of_types = typed_params(function).filter_map(|(_, ty)| unnamed(ty));
    for span in function.sig.generics.params.iter().map(Spanned::span).chain(of_types) {
        diagnostics.error_with_help(
            span,
            format_args!("a generic function cannot be a {noun}"),
            words.no_generics,
        );
    }
}

// #[tool(requires = "read_data")]
// fn get_record() -> impl Display {}
fn unnamed_result(function: &ItemFn, words: &Words, diagnostics: &mut Diagnostics) {
    let noun = words.noun;
    if let ReturnType::Type(_, ty) = &function.sig.output
        && let Some(span) = unnamed(ty)
    {
        diagnostics.error_with_help(
            span,
            format_args!("the result of a {noun} must be a named type"),
            format_args!(
                "a {noun} returns {} or a `Result`;\nan `async fn` names what it awaits",
                words.results
            ),
        );
    }
}

/// The first `impl Trait` in a type.
fn unnamed(ty: &Type) -> Option<Span> {
    fn find(tokens: TokenStream) -> Option<Span> {
        tokens.into_iter().find_map(|token| match token {
            TokenTree::Ident(word) if word == "impl" => Some(word.span()),
            TokenTree::Group(group) => find(group.stream()),
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
        })
    }
    find(ty.to_token_stream())
}

// #[tool(requires = "read_data")]
// fn get_record(key: &str) {}
fn references(function: &ItemFn, words: &Words, diagnostics: &mut Diagnostics) {
    let noun = words.noun;
    for (_, ty) in typed_params(function) {
        if let Type::Reference(reference) = ty {
            diagnostics.error_with_help(
                reference.and_token.span(),
                format_args!("a {noun} cannot borrow its parameters"),
                format_args!(
                    "take the value itself: {}, what the server holds in `State<T>`",
                    words.arguments
                ),
            );
        }
    }
}

// #[tool(requires = "read_data")]
// fn get_record(first: Parameters<A>, second: Parameters<B>) {}
pub(crate) fn two_sets_of_arguments(function: &ItemFn, words: &Words, diagnostics: &mut Diagnostics) {
    let sets =
        typed_params(function).filter(|(_, ty)| last_segment(ty).is_some_and(|name| name == "Parameters"));
    for (_, second) in sets.skip(1) {
        diagnostics.error_with_help(
            second.span(),
            format_args!("a {} has one set of arguments, and the first `Parameters` takes it", words.noun),
            "make one struct of both",
        );
    }
}
