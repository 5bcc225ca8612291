//! What the syntax alone can tell. Every check is a function of its own, headed by an example of what it forbids, and
//! reports all that it finds.

mod function;
mod name;
mod requirement;

use syn::{Attribute, ItemFn, spanned::Spanned};

use super::{
    Kind, Words,
    args::{ACCESS, Access, Args},
    signature::{generic_argument, last_segment, typed_params},
};
use crate::diag::Diagnostics;
pub(super) use function::not_a_function;
pub(crate) use function::two_sets_of_arguments;
pub(crate) use name::wire_name;

pub(super) fn check<K: Kind>(function: &ItemFn, args: &Args<K>, diagnostics: &mut Diagnostics) {
    function::check(function, &K::WORDS, diagnostics);
    check_attribute(function, args, diagnostics);
}

/// What holds for an attribute on whatever function.
pub(super) fn check_attribute<K: Kind>(function: &ItemFn, args: &Args<K>, diagnostics: &mut Diagnostics) {
    let words = &K::WORDS;
    one_attribute(&function.attrs, words, diagnostics);
    access_is_declared_once(function, args, diagnostics);
    for access in &args.access {
        if let Access::Requires(_, requirement) = access {
            requirement::check(requirement, words, diagnostics);
        }
    }
    nothing_is_granted_to_all(function, &args.access, diagnostics);
    K::check(args, function, diagnostics);
}

// #[tool(requires = "read_data")]
// #[tool(requires = "write_data")]
fn one_attribute(others: &[Attribute], words: &Words, diagnostics: &mut Diagnostics) {
    for attribute in others {
        if let Some(name) = attribute.path().segments.last().filter(|name| name.ident == words.noun) {
            diagnostics.error_with_help(
                name.ident.span(),
                format_args!("the function is a {} already", words.noun),
                words.once,
            );
        }
    }
}

// #[tool]
// #[tool(requires = "read_data", public = "…")]
fn access_is_declared_once<K: Kind>(function: &ItemFn, args: &Args<K>, diagnostics: &mut Diagnostics) {
    let Words { noun, verb, .. } = K::WORDS;
    match args.access.as_slice() {
        // a declaration that could not be read has been reported
        [] if args.says(ACCESS) && !diagnostics.is_empty() => {}
        [] => diagnostics.error_with_help(
            function.sig.ident.span(),
            format_args!("{noun} `{}` does not say who may {verb} it", function.sig.ident),
            format_args!(
                "write `#[{noun}(requires = \"…\")]`, `#[{noun}(authenticated)]` or \
                 `#[{noun}(public = \"why this is safe\")]`"
            ),
        ),
        [_] => {}
        [first, rest @ ..] => {
            for second in rest {
                let (first, second_key) = (first.key(), second.key());
                diagnostics.error_with_help(
                    second.span(),
                    format_args!("`{first}` and `{second_key}` both say who may {verb} the {noun}"),
                    "keep one of them",
                );
            }
        }
    }
}

// #[tool(public = "…")]
// fn delete(proof: Granted<delete_data>) {}
fn nothing_is_granted_to_all(function: &ItemFn, access: &[Access], diagnostics: &mut Diagnostics) {
    let [access @ (Access::Public(..) | Access::Authenticated(_))] = access else { return };
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
