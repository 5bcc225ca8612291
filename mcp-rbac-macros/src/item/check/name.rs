//! The names by which clients call.

use syn::{ItemFn, LitStr};

use crate::{
    diag::Diagnostics,
    item::{Words, signature::function_name},
};

// #[tool(name = "get record")]
pub(crate) fn wire_name(
    given: Option<&LitStr>,
    function: &ItemFn,
    words: &Words,
    diagnostics: &mut Diagnostics,
) {
    let noun = words.noun;
    let (name, span) = match given {
        Some(name) => (name.value(), name.span()),
        None => (function_name(function), function.sig.ident.span()),
    };
    let bad =
        name.chars().find(|&letter| !(letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.')));
    if name.is_empty() {
        diagnostics.error_with_help(
            span,
            format_args!("the name of a {noun} cannot be empty"),
            "leave `name` out to take the name of the function",
        );
    } else if let Some(bad) = bad {
        diagnostics.error_with_help(
            span,
            format_args!("a {noun} name cannot contain `{}`", bad.escape_debug()),
            match given {
                Some(_) => "it is made of letters and digits of ASCII, `_`, `-` and `.`",
                None => "it is made of letters and digits of ASCII, `_`, `-` and `.`; write `name = \"…\"`",
            },
        );
    } else if name.len() > 128 {
        diagnostics.error_with_help(
            span,
            format_args!("a {noun} name has at most 128 characters, and this has {}", name.len()),
            "shorten it; some clients take no more than 64",
        );
    }
}
