//! What the syntax alone can tell. Every check is a function of its own, headed by an example of what it forbids, and
//! reports all that it finds.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::{FnArg, ItemFn, LitStr, ReturnType, Type, spanned::Spanned};

use super::{
    args::{Access, Args, Requirement},
    model::{generic_argument, last_segment},
};
use crate::diag::Diagnostics;

pub(super) fn check(function: &ItemFn, args: &Args, diagnostics: &mut Diagnostics) {
    receiver(function, diagnostics);
    qualifiers(function, diagnostics);
    generics(function, diagnostics);
    unnamed_types(function, diagnostics);
    two_sets_of_arguments(function, diagnostics);
    access_is_declared_once(function, args, diagnostics);
    for access in &args.access {
        match access {
            Access::Requires(_, requirement) => requirement_makes_sense(requirement, diagnostics),
            Access::Public(_, reason) => public_has_a_reason(reason, diagnostics),
            Access::Authenticated(_) => {}
        }
    }
    nothing_is_granted_to_all(function, args, diagnostics);
    destructive_needs_a_permission(args, diagnostics);
    hints_agree(args, diagnostics);
    tool_name(function, args, diagnostics);
}

// #[tool(requires = "read_data")]
// struct GetRecord;
pub(super) fn not_a_function(item: &TokenStream, error: syn::Error, diagnostics: &mut Diagnostics) {
    let other = match syn::parse2::<syn::Item>(item.clone()) {
        Ok(_) => true,
        Err(_) => syn::parse2::<syn::Stmt>(item.clone()).is_ok(),
    };
    if other {
        let span = item_keyword(item).unwrap_or_else(|| item.span());
        diagnostics.error_with_help(span, "only a function can be a tool", "put `#[tool]` on a `fn`");
    } else {
        diagnostics.push(error);
    }
}

/// The first word after attributes and visibility: `struct`, `impl`, `mod`, …
fn item_keyword(item: &TokenStream) -> Option<Span> {
    item.clone().into_iter().find_map(|token| match token {
        TokenTree::Ident(word) if word != "pub" => Some(word.span()),
        TokenTree::Ident(_) | TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
    })
}

// #[tool(requires = "read_data")]
// fn get_record(&self) {}
fn receiver(function: &ItemFn, diagnostics: &mut Diagnostics) {
    if let Some(FnArg::Receiver(receiver)) = function.sig.inputs.first() {
        diagnostics.error_with_help(
            receiver.self_token.span(),
            "a method cannot be a tool",
            "make it a free function that takes what it needs as `State<T>`",
        );
    }
}

// #[tool(requires = "read_data")]
// unsafe extern "C" fn get_record() {}
fn qualifiers(function: &ItemFn, diagnostics: &mut Diagnostics) {
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
            format_args!("{what} cannot be a tool"),
            "a tool is a `fn` or an `async fn`",
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
// fn get_record<T>(_: impl Into<String>) {}
fn generics(function: &ItemFn, diagnostics: &mut Diagnostics) {
    let help = "there is one tool of one name, so name the types it works on";
    if let Some(parameter) = function.sig.generics.params.first() {
        diagnostics.error_with_help(parameter.span(), "a generic function cannot be a tool", help);
    }
    for (_, ty) in typed_params(function) {
        if let Type::ImplTrait(ty) = ty {
            diagnostics.error_with_help(ty.impl_token.span(), "a generic function cannot be a tool", help);
        }
    }
}

// #[tool(requires = "read_data")]
// fn get_record() -> impl Display {}
fn unnamed_types(function: &ItemFn, diagnostics: &mut Diagnostics) {
    if let ReturnType::Type(_, ty) = &function.sig.output
        && let Type::ImplTrait(ty) = &**ty
    {
        diagnostics.error_with_help(
            ty.impl_token.span(),
            "the result of a tool must be a named type",
            "a tool returns text (`String`), data (`Json<T>`) or a `Result`; an `async fn` returns it directly",
        );
    }
}

// #[tool(requires = "read_data")]
// fn get_record(first: Parameters<A>, second: Parameters<B>) {}
fn two_sets_of_arguments(function: &ItemFn, diagnostics: &mut Diagnostics) {
    let mut sets =
        typed_params(function).filter(|(_, ty)| last_segment(ty).is_some_and(|name| name == "Parameters"));
    let _first = sets.next();
    for (_, second) in sets {
        diagnostics.error_with_help(
            second.span(),
            "a call has one set of arguments, and it is taken already",
            "make one struct of both",
        );
    }
}

// #[tool]
// #[tool(requires = "read_data", public = "…")]
fn access_is_declared_once(function: &ItemFn, args: &Args, diagnostics: &mut Diagnostics) {
    match args.access.as_slice() {
        // a declaration that could not be read has been reported
        [] if !diagnostics.is_empty() => {}
        [] => diagnostics.error_with_help(
            function.sig.ident.span(),
            format_args!("tool `{}` does not say who may call it", function.sig.ident),
            "write `#[tool(requires = \"…\")]`, `#[tool(authenticated)]` or `#[tool(public = \"why this is safe\")]`",
        ),
        [_] => {}
        [first, rest @ ..] => {
            for second in rest {
                let (first, second_key) = (first.key(), second.key());
                diagnostics.error_with_help(
                    second.span(),
                    format_args!("`{second_key}` contradicts `{first}`: a tool says once who may call it"),
                    "keep one of them",
                );
            }
        }
    }
}

// requires = ""
// requires(all())
// requires(any("read_data"))
// requires(any("read_data", "read_data"))
fn requirement_makes_sense(requirement: &Requirement, diagnostics: &mut Diagnostics) {
    match requirement {
        Requirement::Permission(name) => {
            if name.value().is_empty() {
                diagnostics.error_with_help(
                    name.span(),
                    "a permission has a name",
                    "for a tool that needs no permission write `authenticated` or `public = \"why this is safe\"`",
                );
            }
        }
        Requirement::All(span, parts) => combination("all", *span, parts, diagnostics),
        Requirement::Any(span, parts) => combination("any", *span, parts, diagnostics),
    }
}

fn combination(word: &str, span: Span, parts: &[Requirement], diagnostics: &mut Diagnostics) {
    match parts {
        [] => diagnostics.error_with_help(
            span,
            format_args!("`{word}()` names no permission"),
            "name at least two, or none at all with `authenticated`",
        ),
        [Requirement::Permission(name)] => diagnostics.error_with_help(
            span,
            format_args!("`{word}` of one permission is that permission"),
            format_args!("write `\"{}\"` alone", name.value()),
        ),
        [_] => diagnostics.error_with_help(
            span,
            format_args!("`{word}` of one part is that part"),
            "write the part alone",
        ),
        [_, _, ..] => {}
    }
    let mut seen: Vec<&LitStr> = Vec::new();
    for part in parts {
        if let Requirement::Permission(name) = part {
            if seen.iter().any(|earlier| earlier.value() == name.value()) {
                diagnostics.error_with_help(
                    name.span(),
                    format_args!("`{}` stands in this `{word}` already", name.value()),
                    "remove one of them",
                );
            }
            seen.push(name);
        }
        requirement_makes_sense(part, diagnostics);
    }
}

// public = ""
fn public_has_a_reason(reason: &LitStr, diagnostics: &mut Diagnostics) {
    if reason.value().trim().is_empty() {
        diagnostics.error_with_help(
            reason.span(),
            "`public` must say why",
            "write `public = \"why this is safe\"`; whoever reviews access reads it",
        );
    }
}

// #[tool(public = "…")]
// fn delete(proof: Granted<delete_data>) {}
fn nothing_is_granted_to_all(function: &ItemFn, args: &Args, diagnostics: &mut Diagnostics) {
    let [access @ (Access::Public(..) | Access::Authenticated(_))] = args.access.as_slice() else { return };
    for (_, ty) in typed_params(function) {
        if let Some(permission) = generic_argument(ty, "Granted") {
            diagnostics.error_with_help(
                ty.span(),
                format_args!("`{}` checks no permission, so it can prove none", access.key()),
                format_args!(
                    "require what is to be proven: `requires = \"{}\"`",
                    last_segment(permission).map(|name| name.to_string()).unwrap_or_default()
                ),
            );
        }
    }
}

// #[tool(public = "…", destructive)]
fn destructive_needs_a_permission(args: &Args, diagnostics: &mut Diagnostics) {
    if let (Some(flag), [access @ (Access::Public(..) | Access::Authenticated(_))]) =
        (args.destructive, args.access.as_slice())
    {
        diagnostics.error_with_help(
            flag.span,
            format_args!("a `{}` tool cannot be destructive", access.key()),
            "require a permission that `roles!` declares `destructive`",
        );
    }
}

// #[tool(requires = "delete_data", read_only, destructive)]
// #[tool(requires = "delete_data", destructive = false)]
fn hints_agree(args: &Args, diagnostics: &mut Diagnostics) {
    let Some(destructive) = args.destructive else { return };
    if !destructive.value {
        diagnostics.error_with_help(
            destructive.span,
            "`destructive` follows from the permission and cannot be denied",
            "leave it out, or take `destructive` from the permission in `roles!`",
        );
    } else if args.read_only.is_some_and(|flag| flag.value) {
        diagnostics.error_with_help(
            destructive.span,
            "a tool cannot be both `read_only` and `destructive`",
            "keep one of them",
        );
    }
}

// #[tool(name = "get record")]
fn tool_name(function: &ItemFn, args: &Args, diagnostics: &mut Diagnostics) {
    let (name, span) = match &args.name {
        Some(name) => (name.value(), name.span()),
        None => (function_name(function), function.sig.ident.span()),
    };
    let bad =
        name.chars().find(|&letter| !(letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.')));
    if name.is_empty() {
        diagnostics.error_with_help(
            span,
            "a tool has a name",
            "leave `name` out to take the name of the function",
        );
    } else if let Some(bad) = bad {
        diagnostics.error_with_help(
            span,
            format_args!("a tool name cannot contain `{}`", bad.escape_debug()),
            "MCP allows letters and digits of ASCII, `_`, `-` and `.`",
        );
    } else if name.len() > 128 {
        diagnostics.error_with_help(
            span,
            format_args!("a tool name has at most 128 characters, and this has {}", name.len()),
            "shorten it; some clients take no more than 64",
        );
    }
}

/// The name of the function as text, without the `r#` of a raw identifier.
pub(super) fn function_name(function: &ItemFn) -> String {
    let name = function.sig.ident.to_string();
    name.strip_prefix("r#").map(str::to_owned).unwrap_or(name)
}

/// The parameters other than `self`.
pub(super) fn typed_params(function: &ItemFn) -> impl Iterator<Item = (&syn::Pat, &Type)> {
    function.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(param) => Some((&*param.pat, &*param.ty)),
        FnArg::Receiver(_) => None,
    })
}
