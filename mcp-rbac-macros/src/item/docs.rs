//! The description that the doc comment is.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};
use syn::{Attribute, Expr, ExprLit, Lit, LitStr, Meta, spanned::Spanned};

/// The doc comment, as an expression: one literal, or a `concat!` where a part of it is computed.
pub(super) fn docs(attrs: &[Attribute]) -> Option<TokenStream> {
    let values: Vec<&Expr> = attrs
        .iter()
        .filter(|attr| attr.path().is_ident("doc"))
        .filter_map(|attr| match &attr.meta {
            Meta::NameValue(pair) => Some(&pair.value),
            Meta::Path(_) | Meta::List(_) => None,
        })
        .collect();
    let (first, _) = values.split_first()?;
    let span = first.span();
    let lines: Vec<Line<'_>> = values.into_iter().map(Line::of).collect();
    let literal: Option<Vec<&str>> = lines.iter().map(Line::literal).collect();
    match literal {
        Some(lines) => {
            let text = LitStr::new(lines.join("\n").trim(), span);
            (!text.value().is_empty()).then(|| quote_spanned!(span=> #text))
        }
        None => Some(quote_spanned!(span=> ::core::concat!(#(#lines, "\n"),*).trim_ascii())),
    }
}

/// One line of a doc comment, or what computes some.
enum Line<'a> {
    Literal(String),
    Computed(&'a Expr),
}

impl<'a> Line<'a> {
    fn of(value: &'a Expr) -> Self {
        match value {
            Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) => {
                let line = line.value();
                Self::Literal(line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned())
            }
            other => Self::Computed(other),
        }
    }

    fn literal(&self) -> Option<&str> {
        match self {
            Self::Literal(line) => Some(line),
            Self::Computed(_) => None,
        }
    }
}

impl ToTokens for Line<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Literal(line) => line.to_tokens(tokens),
            Self::Computed(value) => value.to_tokens(tokens),
        }
    }
}
