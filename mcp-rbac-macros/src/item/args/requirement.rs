//! `requires = "…"` and `requires(all(…))`.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Expr, ExprLit, Lit, LitStr, spanned::Spanned};

use super::{
    entries::{Entry, Expected, Key, entries},
    value::ungrouped,
};
use crate::diag::{Diagnostics, nearest};

pub(crate) enum Requirement {
    Permission(LitStr),
    All(Span, Vec<Requirement>),
    Any(Span, Vec<Requirement>),
}

/// As it is written, without the place.
impl std::fmt::Display for Requirement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let list = |parts: &[Self]| parts.iter().map(Self::to_string).collect::<Vec<_>>().join(", ");
        match self {
            Self::Permission(name) => write!(f, "{:?}", name.value()),
            Self::All(_, parts) => write!(f, "all({})", list(parts)),
            Self::Any(_, parts) => write!(f, "any({})", list(parts)),
        }
    }
}

const EXPECTED: Expected = Expected {
    what: "a permission in quotes, `all(…)` or `any(…)`",
    help: "several permissions are combined like this: `all(\"…\", any(\"…\", \"…\"))`",
    form,
    quoted: false,
};

fn form(combinator: &str) -> String {
    format!("{combinator}(\"…\", \"…\")")
}

const SEVERAL: &str = "write `requires(all(…))` or `requires(any(…))`";

/// The value of the key `requires`.
pub(super) fn of_entry(entry: Entry, diagnostics: &mut Diagnostics) -> Option<Requirement> {
    match entry {
        Entry::Word(key) => {
            names_nothing(&key, diagnostics);
            None
        }
        Entry::Value(_, value) => permission(ungrouped(&value), diagnostics).map(Requirement::Permission),
        Entry::List(key, inner) => expression(&key, inner, diagnostics),
        Entry::Literal(_) | Entry::Broken(_) => None,
    }
}

fn names_nothing(key: &Key, diagnostics: &mut Diagnostics) {
    diagnostics.error_with_help(
        key.span,
        "`requires` names no permission",
        "write `requires = \"…\"`, or `requires(all(…))` for several",
    );
}

/// `"…"` of `requires = "…"`.
fn permission(value: &Expr, diagnostics: &mut Diagnostics) -> Option<LitStr> {
    let (what, help) = match value {
        Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) => return Some(name.clone()),
        Expr::Path(path) => {
            let name = path.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
            ("the permission must stand in quotes", format!("write `requires = \"{name}\"`"))
        }
        Expr::Call(call) => {
            let call = call.to_token_stream().to_string();
            ("an expression stands in parentheses, not after `=`", format!("write `requires({})`", call))
        }
        Expr::Array(_) | Expr::Tuple(_) | Expr::Binary(_) => {
            ("this does not say whether all or any of them are needed", SEVERAL.to_owned())
        }
        _ => ("expected the name of a permission", "write `requires = \"…\"`".to_owned()),
    };
    diagnostics.error_with_help(value.span(), what, help);
    None
}

/// `all(…)` of `requires(all(…))`.
fn expression(key: &Key, inner: TokenStream, diagnostics: &mut Diagnostics) -> Option<Requirement> {
    let mut entries = entries(inner, &EXPECTED, diagnostics).into_iter();
    match (entries.next(), entries.next()) {
        (None, _) => {
            names_nothing(key, diagnostics);
            None
        }
        (Some(Entry::Literal(Lit::Str(name))), None) => {
            diagnostics.error_with_help(
                name.span(),
                "a single permission takes no parentheses",
                format_args!("write `requires = {:?}`", name.value()),
            );
            None
        }
        (Some(only), None) => part(only, |name| format!("requires = \"{name}\""), diagnostics),
        (Some(_), Some(_)) => {
            let what = "`requires` does not say whether all or any of these are needed";
            diagnostics.error_with_help(key.span, what, SEVERAL);
            None
        }
    }
}

/// `all(…)`, `any(…)` or, within these, `"…"`. A permission without quotes is told to be written as `quoted` says.
fn part(entry: Entry, quoted: fn(&str) -> String, diagnostics: &mut Diagnostics) -> Option<Requirement> {
    let (key, inner) = match entry {
        Entry::Literal(Lit::Str(name)) => return Some(Requirement::Permission(name)),
        Entry::Literal(other) => {
            let help = "write its name in quotes";
            diagnostics.error_with_help(other.span(), "expected a permission", help);
            return None;
        }
        Entry::Broken(_) => return None,
        Entry::List(key, inner) => (key, Some(inner)),
        Entry::Word(key) | Entry::Value(key, _) if is_combinator(&key) => (key, None),
        Entry::Word(Key { name, span, .. }) => {
            let help = format!("write `{}`", quoted(&name));
            diagnostics.error_with_help(span, "the permission must stand in quotes", help);
            return None;
        }
        Entry::Value(key, _) => (key, None),
    };
    let Key { name, span, .. } = &key;
    if !is_combinator(&key) {
        let help = instead_of(name);
        diagnostics.error_with_help(*span, format_args!("`{name}` does not combine permissions"), help);
        return None;
    }
    let Some(inner) = inner else {
        let what = format!("`{name}` takes its permissions in parentheses");
        diagnostics.error_with_help(*span, what, format_args!("write `{}`", key.form()));
        return None;
    };
    let entries = entries(inner, &EXPECTED, diagnostics);
    let whole = entries.len();
    let parts: Vec<_> = entries
        .into_iter()
        .filter_map(|entry| part(entry, |name| format!("\"{name}\""), diagnostics))
        .collect();
    if parts.len() < whole {
        return None;
    }
    Some(if name == "all" { Requirement::All(*span, parts) } else { Requirement::Any(*span, parts) })
}

fn is_combinator(key: &Key) -> bool {
    matches!(key.name.as_str(), "all" | "any")
}

/// What somebody most likely means who writes `or(…)`.
fn instead_of(name: &str) -> String {
    match name {
        "and" | "both" | "every" | "each" => "write `all(…)`".to_owned(),
        "or" | "either" | "one_of" | "some" => "write `any(…)`".to_owned(),
        "not" | "except" | "without" | "none" => {
            "access is granted, never taken away: require what the right roles have, and no others".to_owned()
        }
        _ => match nearest(name, ["all", "any"]) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "permissions are combined with `all(…)` and `any(…)`".to_owned(),
        },
    }
}
