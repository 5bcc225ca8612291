//! What stands in `#[tool(…)]`, as it was written.

mod entries;
mod requirement;

use proc_macro2::{Span, TokenStream};
use syn::{Expr, ExprLit, ExprPath, Lit, LitStr, Path, spanned::Spanned};

use crate::diag::{Diagnostics, nearest};
use entries::{Entry, Expected, Key, entries};
pub(super) use requirement::Requirement;

#[derive(Default)]
pub(super) struct Args {
    pub(super) access: Vec<Access>,
    /// Something is said about who may call, even where it could not be read.
    pub(super) says_who: bool,
    pub(super) name: Option<LitStr>,
    pub(super) title: Option<LitStr>,
    pub(super) description: Option<LitStr>,
    pub(super) read_only: Option<Flag>,
    pub(super) destructive: Option<Flag>,
    pub(super) idempotent: Option<Flag>,
    pub(super) open_world: Option<Flag>,
    pub(super) icons: Option<Expr>,
    pub(super) meta: Option<Expr>,
    pub(super) policy: Option<Path>,
    pub(super) runtime: Option<Path>,
}

/// Who may call.
pub(super) enum Access {
    Requires(Span, Requirement),
    Authenticated(Span),
    Public(Span, LitStr),
}

impl Access {
    pub(super) fn span(&self) -> Span {
        match self {
            Self::Requires(span, _) | Self::Authenticated(span) | Self::Public(span, _) => *span,
        }
    }

    pub(super) fn key(&self) -> &'static str {
        match self {
            Self::Requires(..) => "requires",
            Self::Authenticated(_) => "authenticated",
            Self::Public(..) => "public",
        }
    }
}

/// `key` or `key = true` or `key = false`.
#[derive(Clone, Copy)]
pub(super) struct Flag {
    pub(super) span: Span,
    pub(super) value: bool,
}

/// Every key and how it is written, in the order in which an error names them.
const KEYS: [(&str, &str); 14] = [
    ("requires", "requires = \"…\""),
    ("authenticated", "authenticated"),
    ("public", "public = \"why this is safe\""),
    ("name", "name = \"…\""),
    ("title", "title = \"…\""),
    ("description", "description = \"…\""),
    ("read_only", "read_only"),
    ("destructive", "destructive"),
    ("idempotent", "idempotent"),
    ("open_world", "open_world = false"),
    ("icons", "icons = vec![…]"),
    ("meta", "meta = …"),
    ("policy", "policy = crate::access::rbac"),
    ("crate", "crate = ::another_name"),
];

/// Words that are keys elsewhere, and what is meant by them here.
const FOREIGN: [(&[&str], &str); 4] = [
    (&["permission", "permissions", "scope", "scopes"], "a permission is written `requires = \"…\"`"),
    (&["role", "roles"], "write `requires = \"…\"`; `roles!` says which roles have that permission"),
    (&["annotations"], "write the hints directly: `read_only`, `idempotent`, `open_world = false`"),
    (&["input_schema", "output_schema"], "it follows from the types: `Parameters<T>` and `Json<T>`"),
];

const EXPECTED: Expected =
    Expected { what: "a key", help: "a permission is written `requires = \"…\"`", form };

fn form(key: &str) -> String {
    let known = KEYS.iter().find(|(known, _)| *known == key);
    known.map_or_else(|| format!("{key} = …"), |(_, form)| (*form).to_owned())
}

/// Reads the arguments. What is wrong with one of them is reported and does not hide the others.
pub(super) fn parse(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Args {
    let mut args = Args::default();
    let mut seen: Vec<String> = Vec::new();
    for entry in entries(tokens, &EXPECTED, diagnostics) {
        let known = match &entry {
            Entry::Literal(literal) => {
                args.says_who = true;
                let help = match literal {
                    Lit::Str(text) => format!("write `requires = \"{}\"`", text.value()),
                    _ => EXPECTED.help.to_owned(),
                };
                diagnostics.error_with_help(literal.span(), "a value needs a key", help);
                continue;
            }
            Entry::Broken(None) => {
                args.says_who = true;
                continue;
            }
            Entry::Word(key) | Entry::Value(key, _) | Entry::List(key, _) | Entry::Broken(Some(key)) => {
                args.says_who |= is_about_access(&key.name);
                check_key(key, &mut seen, diagnostics)
            }
        };
        if known {
            set(&mut args, entry, diagnostics);
        }
    }
    args
}

/// Whether the word, as it is or corrected, says who may call.
fn is_about_access(name: &str) -> bool {
    let access = ["requires", "authenticated", "public"];
    let [(permission, _), (role, _), ..] = FOREIGN;
    access.contains(&name)
        || permission.contains(&name)
        || role.contains(&name)
        || nearest_key(name).is_some_and(|near| access.contains(&near))
}

fn nearest_key(name: &str) -> Option<&'static str> {
    nearest(name, KEYS.iter().map(|(key, _)| *key))
}

/// Whether it is a key that was not given before.
fn check_key(key: &Key, seen: &mut Vec<String>, diagnostics: &mut Diagnostics) -> bool {
    let Key { name, span } = key;
    if !KEYS.iter().any(|(known, _)| known == name) {
        let help = if let Some((_, help)) = FOREIGN.iter().find(|(words, _)| words.contains(&name.as_str())) {
            (*help).to_owned()
        } else if let Some(near) = nearest_key(name) {
            format!("did you mean `{near}`?")
        } else {
            let quoted =
                |keys: &[(&str, &str)]| keys.iter().map(|(key, _)| format!("`{key}`")).collect::<Vec<_>>();
            let lines: Vec<String> = KEYS.chunks(7).map(|keys| quoted(keys).join(", ")).collect();
            format!("the keys are {}", lines.join(",\n"))
        };
        diagnostics.error_with_help(*span, format_args!("`{name}` is not a key of `#[tool]`"), help);
        return false;
    }
    let again = seen.contains(name);
    if again {
        let help = match name.as_str() {
            "requires" => "write `requires(all(…))` or `requires(any(…))`",
            _ => "keep one of them",
        };
        diagnostics.error_with_help(*span, format_args!("`{name}` is given twice"), help);
    }
    seen.push(name.clone());
    !again
}

fn set(args: &mut Args, entry: Entry, diagnostics: &mut Diagnostics) {
    let (Entry::Word(key) | Entry::Value(key, _) | Entry::List(key, _)) = &entry else { return };
    let span = key.span;
    match key.name.as_str() {
        "requires" => {
            let requirement = requirement::of_entry(entry, diagnostics);
            args.access.extend(requirement.map(|requirement| Access::Requires(span, requirement)));
        }
        "authenticated" => args.access.extend(bare(&entry, diagnostics).map(Access::Authenticated)),
        "public" => args.access.extend(reason(&entry, diagnostics).map(|why| Access::Public(span, why))),
        "name" => args.name = text(&entry, diagnostics),
        "title" => args.title = text(&entry, diagnostics),
        "description" => args.description = text(&entry, diagnostics),
        "read_only" => args.read_only = flag(&entry, diagnostics),
        "destructive" => args.destructive = flag(&entry, diagnostics),
        "idempotent" => args.idempotent = flag(&entry, diagnostics),
        "open_world" => args.open_world = flag(&entry, diagnostics),
        "icons" => args.icons = value(&entry, diagnostics).cloned(),
        "meta" => args.meta = value(&entry, diagnostics).cloned(),
        "policy" => args.policy = path(&entry, diagnostics),
        "crate" => args.runtime = path(&entry, diagnostics),
        _ => {}
    }
}

fn bare(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<Span> {
    match entry {
        Entry::Word(key) => Some(key.span),
        Entry::Value(key, _) | Entry::List(key, _) => {
            diagnostics.error_with_help(
                key.span,
                format_args!("`{}` takes no value", key.name),
                "write it alone; a permission is written `requires = \"…\"`",
            );
            None
        }
        Entry::Literal(_) | Entry::Broken(_) => None,
    }
}

fn reason(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<LitStr> {
    if let Entry::Word(key) = entry {
        no_reason(key.span, diagnostics);
        return None;
    }
    let reason = text(entry, diagnostics)?;
    if reason.value().trim().is_empty() {
        no_reason(reason.span(), diagnostics);
        return None;
    }
    Some(reason)
}

fn no_reason(span: Span, diagnostics: &mut Diagnostics) {
    diagnostics.error_with_help(
        span,
        "`public` does not say why",
        "write `public = \"why this is safe\"`; whoever reviews access reads it",
    );
}

fn value<'e>(entry: &'e Entry, diagnostics: &mut Diagnostics) -> Option<&'e Expr> {
    let (key, what) = match entry {
        Entry::Value(_, value) => return Some(ungrouped(value)),
        Entry::Word(key) => (key, "needs a value"),
        Entry::List(key, _) => (key, "takes no parentheses"),
        Entry::Literal(_) | Entry::Broken(_) => return None,
    };
    let Key { name, span } = key;
    let help = format!("write `{}`", form(name));
    diagnostics.error_with_help(*span, format_args!("`{name}` {what}"), help);
    None
}

/// Without the invisible group that a macro puts around an expression.
fn ungrouped(value: &Expr) -> &Expr {
    match value {
        Expr::Group(group) => ungrouped(&group.expr),
        other => other,
    }
}

fn text(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<LitStr> {
    let Entry::Value(key, _) = entry else { return value(entry, diagnostics).and(None) };
    match value(entry, diagnostics)? {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.clone()),
        other => {
            let help = format!("write `{}`", form(&key.name));
            diagnostics.error_with_help(other.span(), "expected text in quotes", help);
            None
        }
    }
}

fn flag(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<Flag> {
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

fn path(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<Path> {
    let Entry::Value(key, _) = entry else { return value(entry, diagnostics).and(None) };
    match value(entry, diagnostics)? {
        Expr::Path(ExprPath { qself: None, path, .. })
            if path.segments.iter().all(|segment| segment.arguments.is_none()) =>
        {
            Some(path.clone())
        }
        other => {
            let help = match other {
                Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
                    format!("write it without quotes: `{} = {}`", key.name, text.value())
                }
                _ => format!("write `{}`", form(&key.name)),
            };
            diagnostics.error_with_help(other.span(), "expected a path", help);
            None
        }
    }
}
