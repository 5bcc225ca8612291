//! What the syntax alone can tell. Every check is a function of its own, headed by an example of what it forbids, and
//! reports all that it finds.

mod function;
mod requirement;

use syn::{Attribute, ItemFn, spanned::Spanned};

use super::{
    args::{Access, Args},
    model::{function_name, generic_argument, last_segment, typed_params},
};
use crate::diag::Diagnostics;
pub(super) use function::not_a_function;

pub(super) fn check(function: &ItemFn, args: &Args, diagnostics: &mut Diagnostics) {
    function::check(function, diagnostics);
    one_attribute(&function.attrs, diagnostics);
    access_is_declared_once(function, args, diagnostics);
    for access in &args.access {
        if let Access::Requires(_, requirement) = access {
            requirement::check(requirement, diagnostics);
        }
    }
    nothing_is_granted_to_all(function, args, diagnostics);
    destructive(args, diagnostics);
    tool_name(function, args, diagnostics);
}

// #[tool(requires = "read_data")]
// #[tool(requires = "write_data")]
fn one_attribute(others: &[Attribute], diagnostics: &mut Diagnostics) {
    for attribute in others {
        if let Some(name) = attribute.path().segments.last().filter(|name| name.ident == "tool") {
            diagnostics.error_with_help(
                name.ident.span(),
                "the function is a tool already",
                "keep one attribute; several permissions are combined with `requires(all(…))`",
            );
        }
    }
}

// #[tool]
// #[tool(requires = "read_data", public = "…")]
fn access_is_declared_once(function: &ItemFn, args: &Args, diagnostics: &mut Diagnostics) {
    match args.access.as_slice() {
        // a declaration that could not be read has been reported
        [] if args.says_who && !diagnostics.is_empty() => {}
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
                    format_args!("`{first}` and `{second_key}` both say who may call the tool"),
                    "keep one of them",
                );
            }
        }
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

// #[tool(requires = "delete_data", destructive = false)]
// #[tool(public = "…", destructive)]
// #[tool(requires = "delete_data", read_only, destructive)]
fn destructive(args: &Args, diagnostics: &mut Diagnostics) {
    let Some(destructive) = args.destructive else { return };
    if !destructive.value {
        diagnostics.error_with_help(
            destructive.span,
            "`destructive` follows from the requirement and cannot be switched off",
            "leave it out; `roles!` says which permissions are destructive",
        );
    } else if let [access @ (Access::Public(..) | Access::Authenticated(_))] = args.access.as_slice() {
        diagnostics.error_with_help(
            destructive.span,
            format_args!("a tool that is `{}` cannot be destructive", access.key()),
            "require a permission that `roles!` declares `destructive`",
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
            "the name of a tool cannot be empty",
            "leave `name` out to take the name of the function",
        );
    } else if let Some(bad) = bad {
        diagnostics.error_with_help(
            span,
            format_args!("a tool name cannot contain `{}`", bad.escape_debug()),
            match args.name {
                Some(_) => "MCP allows letters and digits of ASCII, `_`, `-` and `.`",
                None => "MCP allows letters and digits of ASCII, `_`, `-` and `.`; write `name = \"…\"`",
            },
        );
    } else if name.len() > 128 {
        diagnostics.error_with_help(
            span,
            format_args!("a tool name has at most 128 characters, and this has {}", name.len()),
            "shorten it; some clients take no more than 64",
        );
    }
}
