//! Errors as a user meets them: on the token at fault, saying what is wrong and, on a line of its own, what to do.

use darling::Error;
use proc_macro2::{Span, TokenStream};

/// Collects every error of one macro call, so that a user sees all of them at once.
#[derive(Default)]
pub(crate) struct Diagnostics {
    errors: Vec<Error>,
}

impl Diagnostics {
    /// An error on `span`: what is wrong.
    pub(crate) fn error(&mut self, span: Span, message: impl std::fmt::Display) {
        self.errors.push(Error::custom(message).with_span(&span));
    }

    /// An error on `span` with the way out: what is wrong, and what to do.
    pub(crate) fn error_with_help(
        &mut self,
        span: Span,
        message: impl std::fmt::Display,
        help: impl std::fmt::Display,
    ) {
        self.error(span, format_args!("{message}\nhelp: {help}"));
    }

    /// Takes over an error that `syn` found.
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.errors.push(error.into());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// The errors in the order in which a reader meets their places in the source.
    pub(crate) fn in_source_order(mut self) -> Self {
        self.errors.sort_by_key(|error| {
            let start = error.span().start();
            (start.line, start.column)
        });
        self
    }

    /// One `compile_error!` per error.
    pub(crate) fn into_compile_errors(self) -> TokenStream {
        // `darling` cannot make one error of none
        if self.errors.is_empty() { TokenStream::new() } else { Error::multiple(self.errors).write_errors() }
    }
}

/// The known name that a misspelt one most likely means.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// `` `a`, `b` and `c` ``: names in a sentence, of many the first dozen.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const MOST: usize = 12;
    let mut names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    if names.len() > MOST {
        let more = names.len() - MOST;
        names.truncate(MOST);
        names.push(format!("{more} more"));
    }
    match names.pop() {
        Some(last) if names.is_empty() => last,
        Some(last) => format!("{} and {last}", names.join(", ")),
        None => String::new(),
    }
}
