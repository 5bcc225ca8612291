//! Tokens to declarations. Every name keeps its span, and a mistake costs the entry it stands in and no more.

mod invariants;
mod names;
mod permissions;
mod roles;

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::{
    Ident, Result, braced,
    ext::IdentExt,
    parse::{ParseStream, Parser},
    token,
};

use crate::diag::{Diagnostics, nearest};

pub(super) use invariants::{InvariantDecl, InvariantKind};
pub(super) use names::{Name, doc_text};
pub(super) use permissions::{ModifierKind, PermissionDecl};
pub(super) use roles::RoleDecl;

/// What the user wrote, as far as it could be read.
#[derive(Default)]
pub(super) struct Input {
    /// The path of the runtime, with the hygiene it was handed over with.
    pub(super) runtime: TokenStream,
    pub(super) permissions: Vec<PermissionDecl>,
    pub(super) roles: Vec<RoleDecl>,
    pub(super) invariants: Vec<InvariantDecl>,
    /// The headings, in the order written.
    pub(super) sections: Vec<(Section, Span)>,
    pub(super) lost: Lost,
}

impl Input {
    /// The heading of a section; of a missing one the first heading there is.
    pub(super) fn section_span(&self, section: Section) -> Option<Span> {
        let heading = self.sections.iter().find(|(found, _)| *found == section);
        heading.or(self.sections.first()).map(|(_, span)| *span)
    }
}

/// What a syntax error swallowed. Checks that need all of it are silent then: they would report the same mistake again.
#[derive(Default)]
pub(super) struct Lost {
    pub(super) permissions: bool,
    pub(super) roles: bool,
    pub(super) grants: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Permissions,
    Roles,
    Invariants,
}

impl Section {
    const ALL: [(&'static str, Self); 3] =
        [("permissions", Self::Permissions), ("roles", Self::Roles), ("invariants", Self::Invariants)];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Permissions => "permissions",
            Self::Roles => "roles",
            Self::Invariants => "invariants",
        }
    }
}

/// Reads the input of `__roles!`; what is no policy at all gives an error and an empty input.
pub(super) fn input(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Input {
    let mut input = Input::default();
    let parsed = Parser::parse2(
        |stream: ParseStream<'_>| {
            if let TokenTree::Group(runtime) = stream.parse()? {
                input.runtime = runtime.stream();
            }
            while !stream.is_empty() {
                if let Err(error) = section(stream, &mut input, diagnostics) {
                    diagnostics.push(error);
                    input.lost = Lost { permissions: true, roles: true, grants: true };
                    skip_past(stream, |tree| matches!(tree, TokenTree::Group(_)));
                }
            }
            Ok(())
        },
        tokens,
    );
    if let Err(error) = parsed {
        diagnostics.push(error);
    }
    input
}

fn section(stream: ParseStream<'_>, input: &mut Input, diagnostics: &mut Diagnostics) -> Result<()> {
    const SECTIONS: &str = "`permissions`, `roles` or `invariants`";
    if !stream.peek(Ident::peek_any) {
        return Err(expected(stream, SECTIONS));
    }
    let heading = stream.call(Ident::parse_any)?;
    let text = heading.to_string();
    let names = Section::ALL.iter().map(|(name, _)| *name);
    let section = Section::ALL.iter().find(|(name, _)| *name == text).or_else(|| {
        let message = format!("unknown section `{text}`");
        let near = nearest(&text, names);
        match near {
            Some(near) => {
                diagnostics.error_with_help(heading.span(), message, format_args!("did you mean `{near}`?"));
            }
            None => diagnostics.error_with_help(
                heading.span(),
                message,
                "a policy has the sections `permissions`, `roles` and `invariants`",
            ),
        }
        Section::ALL.iter().find(|(name, _)| Some(*name) == near)
    });
    if !stream.peek(token::Brace) {
        return Err(expected(stream, format_args!("`{{` after `{text}`")));
    }
    let content;
    braced!(content in stream);
    match section {
        Some(&(_, section)) => {
            input.sections.push((section, heading.span()));
            match section {
                Section::Permissions => permissions::permissions(&content, input, diagnostics),
                Section::Roles => roles::roles(&content, input, diagnostics),
                Section::Invariants => invariants::invariants(&content, input, diagnostics),
            }
        }
        None => {
            input.lost = Lost { permissions: true, roles: true, grants: true };
            skip_past(&content, |_| false);
        }
    }
    Ok(())
}

/// The error of a reader who found something else, or the end.
fn expected(input: ParseStream<'_>, what: impl std::fmt::Display) -> syn::Error {
    match input.cursor().token_tree() {
        Some((TokenTree::Group(group), _)) => {
            let open = match group.delimiter() {
                proc_macro2::Delimiter::Parenthesis => "`(`".to_owned(),
                proc_macro2::Delimiter::Brace => "`{`".to_owned(),
                proc_macro2::Delimiter::Bracket => "`[`".to_owned(),
                proc_macro2::Delimiter::None => format!("`{}`", group.stream()),
            };
            syn::Error::new(group.span_open(), format_args!("expected {what}, found {open}"))
        }
        Some((TokenTree::Punct(found), rest)) => {
            let is_path =
                found.as_char() == ':' && rest.punct().is_some_and(|(next, _)| next.as_char() == ':');
            let shown = if is_path { "::".to_owned() } else { found.to_string() };
            syn::Error::new(found.span(), format_args!("expected {what}, found `{shown}`"))
        }
        Some((found, _)) => syn::Error::new(found.span(), format_args!("expected {what}, found `{found}`")),
        None => syn::Error::new(input.span(), format_args!("expected {what}")),
    }
}

fn with_help(error: &syn::Error, help: impl std::fmt::Display) -> syn::Error {
    syn::Error::new(error.span(), format_args!("{error}\nhelp: {help}"))
}

/// Skips up to the first token that `is_last` accepts, that one included, or to the end.
fn skip_past(input: ParseStream<'_>, is_last: impl Fn(&TokenTree) -> bool) {
    while let Ok(tree) = input.parse::<TokenTree>() {
        if is_last(&tree) {
            break;
        }
    }
}

fn is_comma(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ',')
}

fn is_semicolon(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ';')
}

fn is_braces(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::Brace)
}
