//! What can stand behind a key.

use proc_macro2::Span;
use syn::{Expr, ExprLit, ExprPath, Lit, LitStr, Path, spanned::Spanned};

use super::entries::{Entry, Key};
use crate::diag::Diagnostics;

/// `key` or `key = true` or `key = false`.
#[derive(Clone, Copy)]
pub(crate) struct Flag {
    pub(crate) span: Span,
    pub(crate) value: bool,
}

/// `key = …`
pub(crate) fn value<'e>(entry: &'e Entry, diagnostics: &mut Diagnostics) -> Option<&'e Expr> {
    let (key, what) = match entry {
        Entry::Value(_, value) => return Some(ungrouped(value)),
        Entry::Word(key) => (key, "needs a value"),
        Entry::List(key, _) => (key, "takes no parentheses"),
        Entry::Literal(_) | Entry::Broken(_) => return None,
    };
    let help = format!("write `{}`", key.form());
    diagnostics.error_with_help(key.span, format_args!("`{}` {what}", key.name), help);
    None
}

/// Without the invisible group that a macro puts around an expression.
pub(super) fn ungrouped(value: &Expr) -> &Expr {
    match value {
        Expr::Group(group) => ungrouped(&group.expr),
        other => other,
    }
}

/// `key = "…"`
pub(crate) fn text(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<LitStr> {
    let Entry::Value(key, _) = entry else { return value(entry, diagnostics).and(None) };
    match value(entry, diagnostics)? {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.clone()),
        other => {
            let help = format!("write `{}`", key.form());
            diagnostics.error_with_help(other.span(), "expected text in quotes", help);
            None
        }
    }
}

pub(crate) fn flag(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<Flag> {
    let key = match entry {
        Entry::Word(key) => return Some(Flag { span: key.span, value: true }),
        Entry::Value(key, _) => key,
        Entry::List(..) | Entry::Literal(_) | Entry::Broken(_) => {
            return value(entry, diagnostics).and(None);
        }
    };
    match value(entry, diagnostics)? {
        Expr::Lit(ExprLit { lit: Lit::Bool(flag), .. }) => Some(Flag { span: key.span, value: flag.value }),
        other => {
            let help = format!("`{0}` alone means `{0} = true`", key.name);
            diagnostics.error_with_help(other.span(), "expected `true` or `false`", help);
            None
        }
    }
}

/// `key = path` of a module or a crate.
pub(super) fn path(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<Path> {
    let Entry::Value(key, _) = entry else { return value(entry, diagnostics).and(None) };
    match value(entry, diagnostics)? {
        Expr::Path(ExprPath { qself: None, path, .. })
            if path.segments.iter().all(|segment| segment.arguments.is_none()) =>
        {
            Some(path.clone())
        }
        other => no_path(key, other, diagnostics),
    }
}

/// `key = path` of a function.
pub(crate) fn function(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<ExprPath> {
    let Entry::Value(key, _) = entry else { return value(entry, diagnostics).and(None) };
    match value(entry, diagnostics)? {
        Expr::Path(path) => Some(path.clone()),
        other => no_path(key, other, diagnostics),
    }
}

fn no_path<T>(key: &Key, found: &Expr, diagnostics: &mut Diagnostics) -> Option<T> {
    let help = match found {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
            format!("write it without quotes: `{} = {}`", key.name, text.value())
        }
        _ => format!("write `{}`", key.form()),
    };
    diagnostics.error_with_help(found.span(), "expected a path", help);
    None
}
