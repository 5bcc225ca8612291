//! `output(max = 65536, filter = path::to::function, danger_raw)`.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Expr, ExprLit, ExprPath, Lit, spanned::Spanned};

use crate::{
    diag::{Diagnostics, nearest},
    item::{
        args::{Entry, Expected, entries, flag, function, once, value},
        option,
    },
};

/// What becomes of a result before it is sent.
#[derive(Default)]
pub(super) struct Output {
    /// Where the key stands, if it does.
    pub(super) key: Option<Span>,
    max: Option<Expr>,
    filter: Option<ExprPath>,
    raw: bool,
}

const EXPECTED: Expected = Expected {
    what: "`max` or `filter`",
    help: "write `output(max = 65536)`, `output(filter = path::to::function)` or both",
    form: |key| match key {
        "max" => "max = 65536".to_owned(),
        _ => format!("{key} = path::to::function"),
    },
    quoted: false,
};

/// The value of the key `output`.
pub(super) fn output(entry: Entry, diagnostics: &mut Diagnostics) -> Output {
    let mut output = Output::default();
    let (key, inner) = match entry {
        Entry::List(key, inner) => (key, inner),
        Entry::Word(key) | Entry::Value(key, _) => {
            diagnostics.error_with_help(key.span, "`output` says in parentheses what it does", EXPECTED.help);
            return output;
        }
        Entry::Literal(_) | Entry::Broken(_) => return output,
    };
    output.key = Some(key.span);
    let entries = entries(inner, &EXPECTED, diagnostics);
    if entries.is_empty() {
        diagnostics.error_with_help(key.span, "`output()` does nothing", EXPECTED.help);
    }
    let mut seen = Vec::new();
    for entry in entries {
        let key = match &entry {
            Entry::Word(key) | Entry::Value(key, _) | Entry::List(key, _) => key,
            Entry::Literal(literal) => {
                diagnostics.error_with_help(literal.span(), "a value needs a key", EXPECTED.help);
                continue;
            }
            Entry::Broken(_) => continue,
        };
        let keys = ["max", "filter", "danger_raw"];
        if !keys.contains(&key.name.as_str()) {
            let help = match nearest(&key.name, keys) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "the keys are `max`, `filter` and `danger_raw`".to_owned(),
            };
            diagnostics.error_with_help(
                key.span,
                format_args!("`{}` is not a key of `output`", key.name),
                help,
            );
        } else if once(key, "keep one of them", &mut seen, diagnostics) {
            match key.name.as_str() {
                "max" => output.max = bytes(&entry, diagnostics),
                "danger_raw" => output.raw = flag(&entry, diagnostics).is_some_and(|flag| flag.value),
                _ => output.filter = function(&entry, diagnostics),
            }
        }
    }
    output
}

/// A number of bytes, or an expression that is one.
fn bytes(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<Expr> {
    let value = value(entry, diagnostics)?;
    match value {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) if number.base10_digits() == "0" => {
            diagnostics.error_with_help(value.span(), NOTHING_FITS, "write the largest number of bytes");
        }
        Expr::Lit(ExprLit { lit: Lit::Int(_), .. }) => return Some(value.clone()),
        Expr::Lit(_) | Expr::Unary(_) | Expr::Tuple(_) | Expr::Array(_) | Expr::Closure(_) => {
            diagnostics.error_with_help(
                value.span(),
                "expected a number of bytes",
                "write `max = 65536`, or the path of a constant of type `usize`",
            );
        }
        _ => return Some(value.clone()),
    }
    None
}

const NOTHING_FITS: &str = "no result has at most 0 bytes";

impl Output {
    /// The `Output` of the runtime.
    pub(super) fn expand(&self, private: &TokenStream) -> TokenStream {
        let max = option(self.max.as_ref().map(|_| quote!(__MAX)));
        let filter = option(self.filter.as_ref().map(|_| quote!(__FILTER)));
        let raw = self.raw;
        quote!(#private::Output { max: #max, filter: #filter, raw: #raw })
    }

    /// The constants that its fields name: each says of which type a value has to be.
    pub(super) fn constants(&self, private: &TokenStream) -> TokenStream {
        let max = self.max.as_ref().map(|max| {
            let message = format!("{NOTHING_FITS}\nhelp: write the largest number of bytes");
            let assertion = quote_spanned!(max.span()=> ::core::assert!(__MAX > 0, "{}", #message));
            quote! {
                const __MAX: ::core::primitive::usize = #max;
                const _: () = #assertion;
            }
        });
        let filter = self.filter.as_ref().map(|filter| quote!(const __FILTER: #private::Filter = #filter;));
        max.into_iter().chain(filter).collect()
    }
}
