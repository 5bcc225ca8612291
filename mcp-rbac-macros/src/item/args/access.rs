//! Who may use what the attribute makes.

use proc_macro2::Span;
use syn::LitStr;

use super::{
    Requirement,
    entries::{Entry, Key},
    requirement,
    value::text,
};
use crate::diag::Diagnostics;

pub(crate) enum Access {
    Requires(Span, Requirement),
    Authenticated(Span),
    Public(Span, LitStr),
}

impl Access {
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Requires(span, _) | Self::Authenticated(span) | Self::Public(span, _) => *span,
        }
    }

    pub(crate) fn key(&self) -> &'static str {
        match self {
            Self::Requires(..) => "requires",
            Self::Authenticated(_) => "authenticated",
            Self::Public(..) => "public",
        }
    }
}

pub(super) fn requires(entry: Entry, diagnostics: &mut Diagnostics) -> Option<Access> {
    let span = key(&entry)?.span;
    requirement::of_entry(entry, diagnostics).map(|requirement| Access::Requires(span, requirement))
}

pub(super) fn authenticated(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<Access> {
    let key = key(entry)?;
    if let Entry::Word(_) = entry {
        return Some(Access::Authenticated(key.span));
    }
    diagnostics.error_with_help(
        key.span,
        format_args!("`{}` takes no value", key.name),
        "write it alone; a permission is written `requires = \"…\"`",
    );
    None
}

pub(super) fn public(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<Access> {
    let key = key(entry)?;
    let at = match entry {
        Entry::Word(_) => key.span,
        _ => {
            let reason = text(entry, diagnostics)?;
            if !reason.value().trim().is_empty() {
                return Some(Access::Public(key.span, reason));
            }
            reason.span()
        }
    };
    diagnostics.error_with_help(
        at,
        "`public` does not say why",
        "write `public = \"why this is safe\"`; whoever reviews access reads it",
    );
    None
}

fn key(entry: &Entry) -> Option<&Key> {
    match entry {
        Entry::Word(key) | Entry::Value(key, _) | Entry::List(key, _) => Some(key),
        Entry::Literal(_) | Entry::Broken(_) => None,
    }
}
