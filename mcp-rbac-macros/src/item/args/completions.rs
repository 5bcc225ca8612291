//! `complete(argument = path::to::function, …)`.

use proc_macro2::Span;
use syn::ExprPath;

use super::{
    entries::{Entry, Expected, entries},
    keys::once,
    value::{function, value},
};
use crate::diag::Diagnostics;

/// What proposes values for one argument.
pub(crate) struct Completion {
    pub(crate) argument: String,
    pub(crate) span: Span,
    pub(crate) function: ExprPath,
}

const EXPECTED: Expected = Expected {
    what: "the name of an argument",
    help: "write `complete(argument = path::to::function)`",
    form: |argument| format!("{argument} = path::to::function"),
    quoted: true,
};

/// The value of the key `complete`.
pub(crate) fn completions(entry: Entry, diagnostics: &mut Diagnostics) -> Vec<Completion> {
    let (key, inner) = match entry {
        Entry::List(key, inner) => (key, inner),
        Entry::Word(key) | Entry::Value(key, _) => {
            let what = "`complete` takes arguments and their functions in parentheses";
            diagnostics.error_with_help(key.span, what, format_args!("write `{}`", key.form()));
            return Vec::new();
        }
        Entry::Literal(_) | Entry::Broken(_) => return Vec::new(),
    };
    let entries = entries(inner, &EXPECTED, diagnostics);
    if entries.is_empty() {
        diagnostics.error_with_help(
            key.span,
            "`complete()` names no argument",
            format_args!("write `{}`, or leave it out", key.form()),
        );
    }
    let mut seen = Vec::new();
    entries.into_iter().filter_map(|entry| completion(&entry, &mut seen, diagnostics)).collect()
}

fn completion(entry: &Entry, seen: &mut Vec<String>, diagnostics: &mut Diagnostics) -> Option<Completion> {
    match entry {
        Entry::Value(key, _) => {
            let first = once(key, "keep one of them", seen, diagnostics);
            let function = function(entry, diagnostics)?;
            first.then(|| Completion { argument: key.name.clone(), span: key.span, function })
        }
        Entry::Literal(literal) => {
            let what = format!("expected {}", EXPECTED.what);
            diagnostics.error_with_help(literal.span(), what, EXPECTED.help);
            None
        }
        Entry::Word(_) | Entry::List(..) => value(entry, diagnostics).and(None),
        Entry::Broken(_) => None,
    }
}
