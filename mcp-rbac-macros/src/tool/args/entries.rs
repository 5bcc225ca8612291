//! The entries between the commas. A mistake in one of them does not hide the others.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::{
    Expr, Ident, Lit, LitBool, Token,
    ext::IdentExt,
    parse::{ParseStream, Parser},
    token,
};

use crate::diag::Diagnostics;

pub(super) enum Entry {
    /// `key`
    Word(Key),
    /// `key = value`
    Value(Key, Expr),
    /// `key(…)`
    List(Key, TokenStream),
    /// `"…"`
    Literal(Lit),
    /// What could not be read; that has been reported.
    Broken(Option<Key>),
}

pub(super) struct Key {
    pub(super) name: String,
    pub(super) span: Span,
}

/// What stands in a list, for messages.
pub(super) struct Expected {
    /// `expected …`
    pub(super) what: &'static str,
    pub(super) help: &'static str,
    /// How the value of a key is written.
    pub(super) form: fn(key: &str) -> String,
}

/// Reads all entries, and reports what is none.
pub(super) fn entries(tokens: TokenStream, expected: &Expected, diagnostics: &mut Diagnostics) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut reader = Reader { expected, diagnostics };
    let parse = |input: ParseStream<'_>| {
        while !input.is_empty() {
            entries.push(reader.entry(input)?);
            reader.comma(input)?;
        }
        Ok(())
    };
    if let Err(error) = parse.parse2(tokens) {
        diagnostics.push(error);
    }
    entries
}

struct Reader<'a> {
    expected: &'a Expected,
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn entry(&mut self, input: ParseStream<'_>) -> syn::Result<Entry> {
        if input.peek(Lit) && !(input.peek(LitBool) && input.peek2(Token![=])) {
            return input.parse().map(Entry::Literal);
        }
        if input.peek(Token![,]) {
            self.diagnostics.error_with_help(input.span(), "nothing stands before this comma", "remove it");
            return Ok(Entry::Broken(None));
        }
        let Some(key) = key(input)? else {
            let Expected { what, help, .. } = self.expected;
            self.diagnostics.error_with_help(input.span(), format_args!("expected {what}"), help);
            skip_to_comma(input)?;
            return Ok(Entry::Broken(None));
        };
        if input.peek(token::Paren) {
            let inner;
            syn::parenthesized!(inner in input);
            return Ok(Entry::List(key, inner.parse()?));
        }
        if input.peek(Token![=]) && !input.peek(Token![==]) {
            return self.value(key, input);
        }
        if input.peek(token::Bracket) || input.peek(token::Brace) {
            let help = format!("write `{}(…)`", key.name);
            self.diagnostics.error_with_help(input.span(), "expected parentheses", help);
            skip_to_comma(input)?;
            return Ok(Entry::Broken(Some(key)));
        }
        if input.peek(Lit) || input.peek(Token![:]) || input.peek(Token![==]) {
            let Key { name, .. } = &key;
            let help = format!("write `{}`", (self.expected.form)(name));
            let what = format!("`{name}` is not followed by `=`");
            self.diagnostics.error_with_help(input.span(), what, help);
            skip_to_comma(input)?;
            return Ok(Entry::Broken(Some(key)));
        }
        Ok(Entry::Word(key))
    }

    fn value(&mut self, key: Key, input: ParseStream<'_>) -> syn::Result<Entry> {
        let equals: Token![=] = input.parse()?;
        let ahead = input.fork();
        if ahead.parse::<Expr>().is_ok() {
            return Ok(Entry::Value(key, input.parse()?));
        }
        let Key { name, .. } = &key;
        let missing = input.is_empty() || input.peek(Token![,]);
        let span = if missing { equals.span } else { input.span() };
        let help = format!("write `{}`", (self.expected.form)(name));
        self.diagnostics.error_with_help(span, format_args!("`{name} =` is not followed by a value"), help);
        skip_to_comma(input)?;
        Ok(Entry::Broken(Some(key)))
    }

    /// The comma after an entry. Without it, what follows is read as an entry nevertheless.
    fn comma(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        if input.is_empty() {
            return Ok(());
        }
        if input.peek(Token![,]) {
            return input.parse::<Token![,]>().map(drop);
        }
        let next = match input.fork().parse()? {
            TokenTree::Group(_) => "this".to_owned(),
            token => format!("`{token}`"),
        };
        self.diagnostics.error_with_help(
            input.span(),
            "a comma is missing",
            format_args!("write one before {next}"),
        );
        if !(input.peek(Lit) || input.peek(Ident::peek_any)) {
            skip_to_comma(input)?;
            let _comma: Option<Token![,]> = input.parse()?;
        }
        Ok(())
    }
}

/// `key` or `some::key`, of any identifiers, keywords included.
fn key(input: ParseStream<'_>) -> syn::Result<Option<Key>> {
    if !input.peek(Ident::peek_any) {
        return Ok(None);
    }
    let first = Ident::parse_any(input)?;
    let span = first.span();
    let mut name = first.unraw().to_string();
    while input.peek(Token![::]) && input.peek3(Ident::peek_any) {
        let _colons: Token![::] = input.parse()?;
        let next = Ident::parse_any(input)?;
        name = format!("{name}::{}", next.unraw());
    }
    Ok(Some(Key { name, span }))
}

/// Everything before the next comma.
fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        let _skipped: TokenTree = input.parse()?;
    }
    Ok(())
}
