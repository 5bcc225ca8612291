//! The section `permissions`.

use proc_macro2::Span;
use syn::{Attribute, Ident, LitStr, Result, Token, ext::IdentExt, parenthesized, parse::ParseStream, token};

use super::{
    Input, expected, is_comma,
    names::{self, Name},
    skip_past, with_help,
};
use crate::{
    diag::{Diagnostics, nearest},
    roles::ident,
};

/// `/// … "reports:run" as run_reports: destructive,`
pub(in crate::roles) struct PermissionDecl {
    pub(in crate::roles) docs: Vec<Attribute>,
    /// The Rust name.
    pub(in crate::roles) name: Name,
    /// The wire name, which is the Rust name where none is declared.
    pub(in crate::roles) wire: Name,
    pub(in crate::roles) modifiers: Vec<Modifier>,
    /// Nothing of the entry was lost to a syntax error.
    pub(in crate::roles) is_complete: bool,
    /// The entry before it ends in modifiers: it may be a misspelt one itself.
    pub(in crate::roles) follows_modifiers: bool,
}

impl PermissionDecl {
    pub(in crate::roles) fn modifier(&self, kind: ModifierKind) -> Option<&Modifier> {
        self.modifiers.iter().find(|modifier| modifier.kind == Some(kind))
    }
}

/// `destructive`, or `implies(read_data)`.
pub(in crate::roles) struct Modifier {
    pub(in crate::roles) word: String,
    pub(in crate::roles) span: Span,
    /// What it is, or of a misspelt one what it most likely means.
    pub(in crate::roles) kind: Option<ModifierKind>,
    pub(in crate::roles) implies: Vec<Name>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::roles) enum ModifierKind {
    Destructive,
    Baseline,
    Unassigned,
    Implies,
}

impl ModifierKind {
    pub(in crate::roles) const WORDS: [&'static str; 4] =
        ["destructive", "baseline", "unassigned", "implies"];

    pub(in crate::roles) fn of(word: &str) -> Option<Self> {
        match word {
            "destructive" => Some(Self::Destructive),
            "baseline" => Some(Self::Baseline),
            "unassigned" => Some(Self::Unassigned),
            "implies" => Some(Self::Implies),
            _ => None,
        }
    }
}

pub(super) fn permissions(input: ParseStream<'_>, into: &mut Input, diagnostics: &mut Diagnostics) {
    let mut follows_modifiers = false;
    while !input.is_empty() {
        match permission(input, diagnostics) {
            Ok(mut permission) => {
                permission.follows_modifiers = follows_modifiers;
                follows_modifiers = !permission.modifiers.is_empty();
                into.permissions.push(permission);
            }
            Err(error) => {
                diagnostics.push(error);
                into.lost.permissions = true;
                skip_past(input, is_comma);
            }
        }
    }
}

fn permission(input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> Result<PermissionDecl> {
    let docs = names::docs(input, diagnostics)?;
    let (name, wire) = if input.peek(LitStr) {
        let wire = input.parse::<LitStr>()?;
        (rust_name(input, &wire)?, Name::of_string(&wire))
    } else if input.peek(Ident::peek_any) {
        let name = Name::of(&input.call(Ident::parse_any)?);
        (name.clone(), name)
    } else {
        return Err(expected(input, "the name of a permission"));
    };

    let mut permission = PermissionDecl {
        docs,
        name,
        wire,
        modifiers: Vec::new(),
        is_complete: true,
        follows_modifiers: false,
    };
    if let Err(error) = rest(input, &mut permission, diagnostics) {
        diagnostics.push(error);
        permission.is_complete = false;
        if !(names::starts_name(input) || input.peek(Token![#])) {
            skip_past(input, is_comma);
        }
    }
    Ok(permission)
}

/// `as run_reports`, after a wire name.
fn rust_name(input: ParseStream<'_>, wire: &LitStr) -> Result<Name> {
    let (span, wire) = (wire.span(), wire.value());
    let help = format!("write `\"{wire}\" as {}`", ident::from_wire_name(&wire));
    if input.parse::<Option<Token![as]>>()?.is_none() {
        let error = syn::Error::new(span, format_args!("expected `as` and a Rust name after `\"{wire}\"`"));
        return Err(with_help(&error, help));
    }
    if !input.peek(Ident::peek_any) {
        return Err(with_help(&expected(input, "a Rust name after `as`"), help));
    }
    Ok(Name::of(&input.call(Ident::parse_any)?))
}

/// Modifiers and the comma.
fn rest(
    input: ParseStream<'_>,
    permission: &mut PermissionDecl,
    diagnostics: &mut Diagnostics,
) -> Result<()> {
    if input.parse::<Option<Token![:]>>()?.is_some() {
        loop {
            permission.modifiers.push(modifier(input, diagnostics)?);
            if !modifier_follows(input) {
                break;
            }
            input.parse::<Token![,]>()?;
        }
    }
    if input.is_empty() || input.parse::<Token![,]>().is_ok() {
        return Ok(());
    }
    let name = &permission.name.text;
    if input.peek(Token![as]) {
        let error = expected(input, format_args!("`,` or `:` after `{name}`"));
        skip_past(input, is_comma);
        return Err(with_help(
            &error,
            format_args!("the wire name comes first, in quotes: `\"{name}\" as …`"),
        ));
    }
    Err(match permission.modifiers.last() {
        Some(modifier) => expected(input, format_args!("`,` after `{}`", modifier.word)),
        None => expected(input, format_args!("`,` or `:` after `{name}`")),
    })
}

/// After a comma: a known modifier, or a word with a list, goes on with the entry; any other name begins a new one.
fn modifier_follows(input: ParseStream<'_>) -> bool {
    let Some((comma, rest)) = input.cursor().punct() else { return false };
    let Some((word, rest)) = rest.ident() else { return false };
    comma.as_char() == ','
        && (ModifierKind::of(&word.to_string()).is_some()
            || rest.group(proc_macro2::Delimiter::Parenthesis).is_some())
}

fn modifier(input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> Result<Modifier> {
    if !input.peek(Ident::peek_any) {
        return Err(expected(input, "a modifier: `destructive`, `baseline`, `unassigned` or `implies(…)`"));
    }
    let word = input.call(Ident::parse_any)?;
    let (span, word) = (word.span(), word.to_string());
    let kind =
        ModifierKind::of(&word).or_else(|| nearest(&word, ModifierKind::WORDS).and_then(ModifierKind::of));
    let mut implies = Vec::new();
    if input.peek(token::Paren) {
        if kind.is_some_and(|kind| kind != ModifierKind::Implies) {
            let error = syn::Error::new(input.span(), format_args!("`{word}` takes no list"));
            return Err(with_help(&error, "only `implies` does: `implies(read_data)`"));
        }
        let content;
        let parentheses = parenthesized!(content in input);
        let lost;
        (implies, lost) = names::list(&content, "the name of a permission", diagnostics);
        if implies.is_empty() && !lost {
            return Err(syn::Error::new(
                parentheses.span.join(),
                format_args!("expected the name of a permission in `{word}(…)`"),
            ));
        }
    } else if kind == Some(ModifierKind::Implies) {
        let error = expected(input, format_args!("`(` after `{word}`"));
        skip_past(input, is_comma);
        return Err(with_help(&error, "name what the scope covers: `implies(read_data)`"));
    }
    Ok(Modifier { word, span, kind, implies })
}
