//! The section `invariants`.

use proc_macro2::Span;
use syn::{Ident, Result, Token, braced, ext::IdentExt, parse::ParseStream, token};

use super::{
    Input, expected, is_semicolon,
    names::{self, Name},
    skip_past, with_help,
};
use crate::diag::{Diagnostics, nearest};

/// `only admin { delete_data };`
pub(in crate::roles) struct InvariantDecl {
    pub(in crate::roles) kind: InvariantKind,
    /// Of the keyword.
    pub(in crate::roles) span: Span,
    pub(in crate::roles) roles: Vec<Name>,
    pub(in crate::roles) permissions: Vec<Name>,
    /// No permission was lost to a syntax error.
    pub(in crate::roles) is_complete: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::roles) enum InvariantKind {
    Only,
    Never,
    Exclusive,
}

impl InvariantKind {
    const WORDS: [&'static str; 3] = ["only", "never", "exclusive"];

    pub(in crate::roles) fn word(self) -> &'static str {
        match self {
            Self::Only => "only",
            Self::Never => "never",
            Self::Exclusive => "exclusive",
        }
    }

    fn of(word: &str) -> Option<Self> {
        match word {
            "only" => Some(Self::Only),
            "never" => Some(Self::Never),
            "exclusive" => Some(Self::Exclusive),
            _ => None,
        }
    }
}

pub(super) fn invariants(input: ParseStream<'_>, into: &mut Input, diagnostics: &mut Diagnostics) {
    while !input.is_empty() {
        match invariant(input, diagnostics) {
            Ok(invariant) => {
                into.invariants.push(invariant);
                if input.parse::<Token![;]>().is_err() {
                    diagnostics.push(expected(input, "`;` after the invariant"));
                    if !input.peek(Ident::peek_any) {
                        skip_past(input, is_semicolon);
                    }
                }
            }
            Err(error) => {
                diagnostics.push(error);
                skip_past(input, is_semicolon);
            }
        }
    }
}

fn invariant(input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> Result<InvariantDecl> {
    if !input.peek(Ident::peek_any) {
        return Err(expected(input, "`only`, `never` or `exclusive`"));
    }
    let keyword = input.call(Ident::parse_any)?;
    let kind = kind(&keyword, diagnostics)?;
    let mut roles = Vec::new();
    if kind == InvariantKind::Exclusive {
        if !input.peek(token::Brace) {
            let error = expected(input, "`{` after `exclusive`");
            return Err(with_help(&error, "`exclusive` holds for every role and names none"));
        }
    } else {
        loop {
            roles.push(names::reference(input, "the name of a role")?);
            if input.parse::<Option<Token![,]>>()?.is_none() {
                break;
            }
        }
        if !input.peek(token::Brace) {
            let last = roles.last().map_or("", |role: &Name| &role.text);
            return Err(expected(input, format_args!("`,` or `{{` after `{last}`")));
        }
    }
    let content;
    braced!(content in input);
    let (permissions, lost) = names::list(&content, "the name of a permission", diagnostics);
    Ok(InvariantDecl { kind, span: keyword.span(), roles, permissions, is_complete: !lost })
}

/// What the keyword says; a misspelt one is reported and read as what it most likely means.
fn kind(keyword: &Ident, diagnostics: &mut Diagnostics) -> Result<InvariantKind> {
    let word = keyword.to_string();
    if let Some(kind) = InvariantKind::of(&word) {
        return Ok(kind);
    }
    let error = syn::Error::new(keyword.span(), format_args!("unknown invariant `{word}`"));
    match nearest(&word, InvariantKind::WORDS) {
        Some(near) => {
            diagnostics.push(with_help(&error, format_args!("did you mean `{near}`?")));
            InvariantKind::of(near).ok_or(error)
        }
        None => Err(with_help(&error, "an invariant begins with `only`, `never` or `exclusive`")),
    }
}
