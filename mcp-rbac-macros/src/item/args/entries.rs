//! The entries between the commas. A mistake in one of them does not hide the others.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::{
    Expr, Ident, Lit, LitBool, LitStr, Token,
    ext::IdentExt,
    parse::{ParseStream, Parser},
    token,
};

use crate::diag::Diagnostics;

pub(crate) enum Entry {
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

pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) span: Span,
    form: fn(key: &str) -> String,
}

impl Key {
    /// How it is written, with its value.
    pub(crate) fn form(&self) -> String {
        (self.form)(&self.name)
    }
}

/// What stands in a list, for messages.
pub(crate) struct Expected {
    /// `expected …`
    pub(crate) what: &'static str,
    pub(crate) help: &'static str,
    /// How a key is written, with its value.
    pub(crate) form: fn(key: &str) -> String,
    /// Keys may stand in quotes.
    pub(crate) quoted: bool,
}

/// Reads all entries, and reports what is none.
pub(crate) fn entries(tokens: TokenStream, expected: &Expected, diagnostics: &mut Diagnostics) -> Vec<Entry> {
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
        let followed = input.peek2(Token![=]);
        if self.expected.quoted && followed && input.peek(LitStr) {
            let name: LitStr = input.parse()?;
            let key = Key { name: name.value(), span: name.span(), form: self.expected.form };
            return self.value(key, input);
        }
        if input.peek(Lit) && !(input.peek(LitBool) && followed) {
            return input.parse().map(Entry::Literal);
        }
        if input.peek(Token![,]) {
            self.diagnostics.error_with_help(input.span(), "nothing stands before this comma", "remove it");
            return Ok(Entry::Broken(None));
        }
        let Some(key) = self.key(input)? else {
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
            let help = format!("write `{}`", key.form());
            let what = format!("`{}` is not followed by `=`", key.name);
            self.diagnostics.error_with_help(input.span(), what, help);
            skip_to_comma(input)?;
            return Ok(Entry::Broken(Some(key)));
        }
        Ok(Entry::Word(key))
    }

    /// `key` or `some::key`, of any identifiers, keywords included.
    fn key(&self, input: ParseStream<'_>) -> syn::Result<Option<Key>> {
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
        Ok(Some(Key { name, span, form: self.expected.form }))
    }

    fn value(&mut self, key: Key, input: ParseStream<'_>) -> syn::Result<Entry> {
        let equals: Token![=] = input.parse()?;
        let ahead = input.fork();
        if ahead.parse::<Expr>().is_ok() {
            return Ok(Entry::Value(key, input.parse()?));
        }
        let missing = input.is_empty() || input.peek(Token![,]);
        let span = if missing { equals.span } else { input.span() };
        let what = format!("`{} =` is not followed by a value", key.name);
        self.diagnostics.error_with_help(span, what, format_args!("write `{}`", key.form()));
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

/// Everything before the next comma.
fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        let _skipped: TokenTree = input.parse()?;
    }
    Ok(())
}
