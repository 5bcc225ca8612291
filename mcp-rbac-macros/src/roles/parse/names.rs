//! Names, lists of names and doc comments.

use proc_macro2::Span;
use syn::{
    Attribute, Ident, LitStr, Meta, Result, Token,
    ext::IdentExt,
    parse::{ParseStream, discouraged::Speculative as _},
};

use super::{expected, is_comma, skip_past};
use crate::diag::Diagnostics;

/// A name as written: `read_data`, or `"reports:run"` where a wire name may stand or was mistaken for the name.
#[derive(Clone)]
pub(in crate::roles) struct Name {
    /// Without the `r#` of a raw identifier.
    pub(in crate::roles) text: String,
    pub(in crate::roles) span: Span,
    pub(in crate::roles) is_raw: bool,
    pub(in crate::roles) is_string: bool,
}

impl Name {
    pub(super) fn of(ident: &Ident) -> Self {
        let text = ident.unraw().to_string();
        Self { is_raw: *ident != text, text, span: ident.span(), is_string: false }
    }

    pub(super) fn of_string(string: &LitStr) -> Self {
        Self { text: string.value(), span: string.span(), is_raw: false, is_string: true }
    }
}

/// `read_data, write_data`, up to the end of the braces or parentheses. Also tells whether an entry was lost.
pub(super) fn list(input: ParseStream<'_>, what: &str, diagnostics: &mut Diagnostics) -> (Vec<Name>, bool) {
    let mut names = Vec::new();
    let mut lost = false;
    while !input.is_empty() {
        match reference(input, what) {
            Ok(name) => names.push(name),
            Err(error) => {
                diagnostics.push(error);
                lost = true;
                skip_past(input, is_comma);
                continue;
            }
        }
        if input.is_empty() || input.parse::<Token![,]>().is_ok() {
            continue;
        }
        let last = names.last().map_or("", |name: &Name| &name.text);
        diagnostics.push(expected(input, format_args!("`,` after `{last}`")));
        if input.parse::<Option<Token![;]>>().is_ok_and(|separator| separator.is_none())
            && !starts_name(input)
        {
            // what follows belongs to the name, which is then another than it looks
            names.pop();
            lost = true;
            skip_past(input, is_comma);
        }
    }
    (names, lost)
}

/// One name that refers to a declaration. A string is taken too: the check explains it.
pub(super) fn reference(input: ParseStream<'_>, what: &str) -> Result<Name> {
    if input.peek(LitStr) {
        Ok(Name::of_string(&input.parse()?))
    } else if input.peek(Ident::peek_any) {
        Ok(Name::of(&input.call(Ident::parse_any)?))
    } else {
        Err(expected(input, what))
    }
}

pub(super) fn starts_name(input: ParseStream<'_>) -> bool {
    input.peek(Ident::peek_any) || input.peek(LitStr)
}

/// The doc comment before a declaration. Other attributes are refused and left out.
pub(super) fn docs(input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> Result<Vec<Attribute>> {
    if input.peek(Token![#]) && input.peek2(Token![!]) {
        let ahead = input.fork();
        let error = expected(input, "a declaration");
        ahead.call(Attribute::parse_inner)?;
        input.advance_to(&ahead);
        diagnostics.error_with_help(
            error.span(),
            "a doc comment for the whole section has no place here",
            "describe what follows with `///`",
        );
    }
    let mut attributes = input.call(Attribute::parse_outer)?;
    attributes.retain(|attribute| {
        let is_doc = doc_text(attribute).is_some();
        if !is_doc {
            let path =
                attribute.path().segments.last().map_or_else(String::new, |last| last.ident.to_string());
            diagnostics.error_with_help(
                attribute.path().segments.first().map_or_else(Span::call_site, |first| first.ident.span()),
                format_args!("`#[{path}]` has no place in `roles!`"),
                "only doc comments can be attached; a policy is the same in every build",
            );
        }
        is_doc
    });
    Ok(attributes)
}

/// The text of one line of a doc comment.
pub(in crate::roles) fn doc_text(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else { return None };
    let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &meta.value else { return None };
    meta.path.is_ident("doc").then(|| text.value())
}
