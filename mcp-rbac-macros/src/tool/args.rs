//! What stands in `#[tool(…)]`, as it was written.

use darling::{ast::NestedMeta, error::Accumulator};
use proc_macro2::{Span, TokenStream};
use syn::{Expr, ExprLit, Lit, LitStr, Meta, Path, spanned::Spanned};

use crate::diag::{Diagnostics, nearest};

/// Every key, in the order in which an error names them.
const KEYS: [&str; 15] = [
    "requires",
    "authenticated",
    "public",
    "name",
    "title",
    "description",
    "read_only",
    "destructive",
    "idempotent",
    "open_world",
    "icons",
    "meta",
    "policy",
    "crate",
    "annotations",
];

#[derive(Default)]
pub(super) struct Args {
    pub(super) access: Vec<Access>,
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

pub(super) enum Requirement {
    Permission(LitStr),
    All(Span, Vec<Requirement>),
    Any(Span, Vec<Requirement>),
}

/// `key` or `key = true` or `key = false`.
#[derive(Clone, Copy)]
pub(super) struct Flag {
    pub(super) span: Span,
    pub(super) value: bool,
}

/// Reads the arguments; `None` when they are no list of keys at all. What is wrong with single keys is collected.
pub(super) fn parse(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Option<Args> {
    let list = match list(tokens) {
        Ok(list) => list,
        Err(error) => {
            diagnostics.push(error.into());
            return None;
        }
    };
    let mut args = Args::default();
    let mut seen: Vec<String> = Vec::new();
    let mut errors = darling::Error::accumulator();
    for item in list {
        let meta = match item {
            NestedMeta::Meta(meta) => meta,
            NestedMeta::Lit(literal) => {
                errors.push(error(
                    literal.span(),
                    "expected `key = value`",
                    "a permission is written `requires = \"…\"`",
                ));
                continue;
            }
            NestedMeta::NameValueInvalidExpr(pair) => {
                errors.push(not_a_value(&pair));
                continue;
            }
        };
        let key = meta.path().get_ident().map(ToString::to_string).unwrap_or_default();
        if seen.contains(&key) {
            let what = format!("`{key}` is given twice");
            errors.push(error(meta.path().span(), &what, "keep one of them"));
            continue;
        }
        errors.handle(set(&mut args, &key, &meta));
        seen.push(key);
    }
    finish(errors, diagnostics);
    Some(args)
}

/// Keys and literals between commas; where they are not, in our words.
fn list(tokens: TokenStream) -> Result<Vec<NestedMeta>, darling::Error> {
    NestedMeta::parse_meta_list(tokens).map_err(|syntax| {
        error(syntax.span(), "expected keys between commas", "a permission is written `requires = \"…\"`")
    })
}

fn not_a_value(pair: &darling::ast::MetaNameValueInvalidExpr) -> darling::Error {
    let key = pair.path.get_ident().map(ToString::to_string).unwrap_or_default();
    let span = if pair.value.is_empty() { pair.path.span() } else { pair.value.span() };
    error(span, &format!("`{key} =` is not followed by a value"), &format!("write `{key} = …`"))
}

fn finish(errors: Accumulator, diagnostics: &mut Diagnostics) {
    if let Err(errors) = errors.finish() {
        for error in errors.flatten() {
            diagnostics.push(syn::Error::from(error));
        }
    }
}

fn error(span: Span, what: &str, help: &str) -> darling::Error {
    darling::Error::custom(format_args!("{what}\nhelp: {help}")).with_span(&span)
}

fn set(args: &mut Args, key: &str, meta: &Meta) -> Result<(), darling::Error> {
    let span = meta.path().span();
    match key {
        "requires" => args.access.push(Access::Requires(span, requirement_of_key(meta)?)),
        "authenticated" => args.access.push(Access::Authenticated(bare(meta)?)),
        "public" => args.access.push(Access::Public(span, text(meta, "public = \"why this is safe\"")?)),
        "name" => args.name = Some(text(meta, "name = \"…\"")?),
        "title" => args.title = Some(text(meta, "title = \"…\"")?),
        "description" => args.description = Some(text(meta, "description = \"…\"")?),
        "read_only" => args.read_only = Some(flag(meta)?),
        "destructive" => args.destructive = Some(flag(meta)?),
        "idempotent" => args.idempotent = Some(flag(meta)?),
        "open_world" => args.open_world = Some(flag(meta)?),
        "icons" => args.icons = Some(expression(meta, "icons = vec![…]")?),
        "meta" => args.meta = Some(expression(meta, "meta = …")?),
        "policy" => args.policy = Some(path(meta, "policy = crate::access::rbac")?),
        "crate" => args.runtime = Some(path(meta, "crate = ::another_name")?),
        "annotations" => {
            return Err(error(
                span,
                "`annotations` is not a key of `#[tool]`",
                "write the hints directly: `read_only`, `idempotent`, `open_world = false`",
            ));
        }
        _ => return Err(unknown(meta)),
    }
    Ok(())
}

fn unknown(meta: &Meta) -> darling::Error {
    let segments: Vec<String> =
        meta.path().segments.iter().map(|segment| segment.ident.to_string()).collect();
    let name = segments.join("::");
    let what = format!("`{name}` is not a key of `#[tool]`");
    let help = match nearest(&name, KEYS) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "a permission is written `requires = \"…\"`".to_owned(),
    };
    error(meta.path().span(), &what, &help)
}

fn bare(meta: &Meta) -> Result<Span, darling::Error> {
    match meta {
        Meta::Path(path) => Ok(path.span()),
        Meta::List(_) | Meta::NameValue(_) => {
            Err(error(meta.span(), "`authenticated` takes no value", "write `authenticated` alone"))
        }
    }
}

fn value<'m>(meta: &'m Meta, form: &str) -> Result<&'m Expr, darling::Error> {
    match meta {
        Meta::NameValue(pair) => Ok(&pair.value),
        Meta::Path(_) | Meta::List(_) => {
            let key = meta.path().get_ident().map(ToString::to_string).unwrap_or_default();
            Err(error(meta.path().span(), &format!("`{key}` needs a value"), &format!("write `{form}`")))
        }
    }
}

fn text(meta: &Meta, form: &str) -> Result<LitStr, darling::Error> {
    match value(meta, form)? {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Ok(text.clone()),
        other => Err(error(other.span(), "expected text in quotes", &format!("write `{form}`"))),
    }
}

fn flag(meta: &Meta) -> Result<Flag, darling::Error> {
    let span = meta.path().span();
    if let Meta::Path(_) = meta {
        return Ok(Flag { span, value: true });
    }
    let key = meta.path().get_ident().map(ToString::to_string).unwrap_or_default();
    match value(meta, &key)? {
        Expr::Lit(ExprLit { lit: Lit::Bool(flag), .. }) => Ok(Flag { span, value: flag.value }),
        other => Err(error(
            other.span(),
            "expected `true` or `false`",
            &format!("`{key}` alone means `{key} = true`"),
        )),
    }
}

fn expression(meta: &Meta, form: &str) -> Result<Expr, darling::Error> {
    value(meta, form).cloned()
}

fn path(meta: &Meta, form: &str) -> Result<Path, darling::Error> {
    match value(meta, form)? {
        Expr::Path(path) if path.qself.is_none() => Ok(path.path.clone()),
        other => Err(error(other.span(), "expected a path", &format!("write `{form}`"))),
    }
}

/// `requires = "…"` or `requires(all(…))`.
fn requirement_of_key(meta: &Meta) -> Result<Requirement, darling::Error> {
    match meta {
        Meta::NameValue(pair) => permission_of_value(&pair.value).map(Requirement::Permission),
        Meta::Path(path) => Err(error(
            path.span(),
            "`requires` names no permission",
            "write `requires = \"…\"`, or `requires(all(…))` for several",
        )),
        Meta::List(list) => {
            let items = self::list(list.tokens.clone())?;
            match items.as_slice() {
                [NestedMeta::Meta(meta)] => requirement(meta),
                [NestedMeta::Lit(Lit::Str(name))] => Err(error(
                    name.span(),
                    "a single permission takes no parentheses",
                    &format!("write `requires = \"{}\"`", name.value()),
                )),
                [] => Err(error(
                    list.path.span(),
                    "`requires` names no permission",
                    "write `requires = \"…\"`, or `requires(all(…))` for several",
                )),
                [_] | [_, _, ..] => Err(error(
                    list.path.span(),
                    "`requires` does not say whether all or any of these are needed",
                    "write `requires(all(…))` or `requires(any(…))`",
                )),
            }
        }
    }
}

fn permission_of_value(value: &Expr) -> Result<LitStr, darling::Error> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) => Ok(name.clone()),
        Expr::Path(path) => {
            let name = path.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
            Err(error(
                path.span(),
                "the permission must stand in quotes",
                &format!("write `requires = \"{name}\"`"),
            ))
        }
        Expr::Call(call) => Err(error(
            call.span(),
            "an expression takes no `=`",
            "write `requires(all(…))` or `requires(any(…))`",
        )),
        other => Err(error(other.span(), "expected the name of a permission", "write `requires = \"…\"`")),
    }
}

/// `all(…)` or `any(…)`.
fn requirement(meta: &Meta) -> Result<Requirement, darling::Error> {
    let name = meta.path().get_ident().map(ToString::to_string).unwrap_or_default();
    let span = meta.path().span();
    let known = matches!(name.as_str(), "all" | "any");
    let list = match meta {
        Meta::List(list) => list,
        Meta::Path(_) | Meta::NameValue(_) if known => {
            return Err(error(
                span,
                &format!("`{name}` names no permission"),
                &format!("write `{name}(\"…\", \"…\")`"),
            ));
        }
        Meta::Path(_) => {
            return Err(error(
                span,
                "the permission must stand in quotes",
                &format!("write `requires = \"{name}\"`"),
            ));
        }
        Meta::NameValue(_) => return Err(unknown_combinator(span, &name)),
    };
    if !known {
        return Err(unknown_combinator(span, &name));
    }
    let mut errors = darling::Error::accumulator();
    let mut parts = Vec::new();
    for item in self::list(list.tokens.clone())? {
        let part = match item {
            NestedMeta::Lit(Lit::Str(name)) => Ok(Requirement::Permission(name)),
            NestedMeta::Lit(other) => {
                Err(error(other.span(), "expected the name of a permission", "write it in quotes"))
            }
            NestedMeta::Meta(meta) => requirement(&meta),
            NestedMeta::NameValueInvalidExpr(pair) => Err(not_a_value(&pair)),
        };
        parts.extend(errors.handle(part));
    }
    let combined = if name == "all" { Requirement::All(span, parts) } else { Requirement::Any(span, parts) };
    errors.finish_with(combined)
}

fn unknown_combinator(span: Span, name: &str) -> darling::Error {
    let help = match nearest(name, ["all", "any"]) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "permissions are combined with `all(…)` and `any(…)`".to_owned(),
    };
    error(span, &format!("`{name}` does not combine permissions"), &help)
}
