//! How the calls of a tool are watched: `audit(redact("card.number"), hash("email"), omit("blob"))`,
//! `alert(more_than = 100, within = "5m")` and `limit(at_most = 20, within = "1m")`.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Expr, ExprLit, Lit, LitInt, LitStr, spanned::Spanned};

use crate::{
    diag::{Diagnostics, listed, nearest},
    item::{
        args::{Entry, Expected, Key, entries, once, text, value},
        option,
    },
};

#[derive(Default)]
pub(super) struct Oversight {
    redactions: Vec<(Treatment, LitStr)>,
    alert: Option<Rate>,
    limit: Option<Rate>,
}

/// What becomes of an argument in a record: its name in the attribute, and that of its variant.
type Treatment = (&'static str, &'static str);

const TREATMENTS: [Treatment; 3] = [("redact", "Redact"), ("hash", "Hash"), ("omit", "Omit")];

struct Rate {
    calls: LitInt,
    within_s: u64,
}

const AUDIT: Expected = Expected {
    what: "`redact(…)`, `hash(…)` or `omit(…)`",
    help: "write `audit(redact(\"card.number\"))`, with the path of an argument",
    form: |key| format!("{key}(\"card.number\")"),
    quoted: false,
};

/// What stands in `redact(…)`.
const PATHS: Expected = Expected {
    what: "the path of an argument in quotes",
    help: "write the names with a dot between them: `\"card.number\"`",
    form: |key| format!("\"{key}\""),
    quoted: false,
};

/// What stands in `alert(…)` or `limit(…)`.
struct Rated {
    key: &'static str,
    calls: &'static str,
    least: u64,
    too_few: &'static str,
    expected: Expected,
}

const ALERT: Rated = Rated {
    key: "alert",
    calls: "more_than",
    least: 0,
    too_few: "",
    expected: Expected {
        what: "`more_than` and `within`",
        help: "write `alert(more_than = 100, within = \"5m\")`",
        form: |key| if key == "within" { "within = \"5m\"".to_owned() } else { format!("{key} = 100") },
        quoted: false,
    },
};

const LIMIT: Rated = Rated {
    key: "limit",
    calls: "at_most",
    least: 1,
    too_few: "with `at_most = 0` nobody could call the tool",
    expected: Expected {
        what: "`at_most` and `within`",
        help: "write `limit(at_most = 20, within = \"1m\")`",
        form: |key| if key == "within" { "within = \"1m\"".to_owned() } else { format!("{key} = 20") },
        quoted: false,
    },
};

impl Oversight {
    /// Reads the value of one of the three keys.
    pub(super) fn read(&mut self, key: &str, entry: Entry, diagnostics: &mut Diagnostics) {
        match key {
            "audit" => self.redactions = redactions(entry, diagnostics),
            "alert" => self.alert = rate(entry, &ALERT, diagnostics),
            _ => self.limit = rate(entry, &LIMIT, diagnostics),
        }
    }

    /// The `Oversight` of the runtime.
    pub(super) fn expand(&self, private: &TokenStream) -> TokenStream {
        let redactions = self.redactions.iter().map(|((_, variant), path)| {
            let variant = syn::Ident::new(variant, path.span());
            quote!(#private::Redaction { path: #path, treatment: #private::Treatment::#variant })
        });
        let rate = |rate: &Option<Rate>| {
            option(rate.as_ref().map(
                |Rate { calls, within_s }| quote!(#private::Rate { calls: #calls, within_s: #within_s }),
            ))
        };
        let (alert, limit) = (rate(&self.alert), rate(&self.limit));
        quote!(#private::Oversight { redactions: &[#(#redactions),*], alert: #alert, limit: #limit })
    }
}

/// What stands in the parentheses of a key.
fn inside(
    entry: Entry,
    expected: &Expected,
    says: &str,
    diagnostics: &mut Diagnostics,
) -> Option<(Key, Vec<Entry>)> {
    let (key, inner) = match entry {
        Entry::List(key, inner) => (key, inner),
        Entry::Word(key) | Entry::Value(key, _) => {
            let what = format!("`{}` says in parentheses {says}", key.name);
            diagnostics.error_with_help(key.span, what, expected.help);
            return None;
        }
        Entry::Literal(_) | Entry::Broken(_) => return None,
    };
    let inner = entries(inner, expected, diagnostics);
    Some((key, inner))
}

fn redactions(entry: Entry, diagnostics: &mut Diagnostics) -> Vec<(Treatment, LitStr)> {
    let says = "what records say of which argument";
    let Some((key, inner)) = inside(entry, &AUDIT, says, diagnostics) else { return Vec::new() };
    if inner.is_empty() {
        diagnostics.error_with_help(key.span, "`audit()` declares nothing", AUDIT.help);
    }
    let mut found: Vec<(Treatment, LitStr)> = Vec::new();
    for entry in inner {
        let key = match &entry {
            Entry::Word(key) | Entry::Value(key, _) | Entry::List(key, _) => key,
            Entry::Literal(literal) => {
                let help = format!("write `audit(redact({}))`", quote!(#literal));
                diagnostics.error_with_help(literal.span(), "it is not said what is done with it", help);
                continue;
            }
            Entry::Broken(_) => continue,
        };
        let Some(treatment) = TREATMENTS.iter().find(|(name, _)| key.name == *name) else {
            let help = match nearest(&key.name, TREATMENTS.map(|(name, _)| name)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "an argument can be given to `redact`, `hash` and `omit`".to_owned(),
            };
            let what = format!("`{}` is nothing that is done with an argument", key.name);
            diagnostics.error_with_help(key.span, what, help);
            continue;
        };
        let span = key.span;
        let Entry::List(key, paths) = entry else {
            let what = format!("`{}` takes paths in parentheses", treatment.0);
            diagnostics.error_with_help(span, what, format_args!("write `{}(\"card.number\")`", treatment.0));
            continue;
        };
        let paths = entries(paths, &PATHS, diagnostics);
        if paths.is_empty() {
            let what = format!("`{}()` names no argument", key.name);
            diagnostics.error_with_help(span, what, format_args!("write `{}(\"card.number\")`", key.name));
        }
        for path in paths {
            let Some(path) = path_of(path, diagnostics) else { continue };
            if found.iter().any(|(_, other)| other.value() == path.value()) {
                let what = format!("`{}` is named twice", path.value());
                diagnostics.error_with_help(path.span(), what, "keep one of them");
            } else {
                found.push((*treatment, path));
            }
        }
    }
    found
}

fn path_of(entry: Entry, diagnostics: &mut Diagnostics) -> Option<LitStr> {
    match entry {
        Entry::Literal(Lit::Str(path)) => {
            let written = path.value();
            if written.is_empty() || written.split('.').any(|name| name.trim() != name || name.is_empty()) {
                let what = format!("`{written}` is not the path of an argument");
                diagnostics.error_with_help(path.span(), what, PATHS.help);
                return None;
            }
            if written.contains(['[', ']', '*']) {
                let help = "lists are looked through: `\"cards.number\"` is the number of each of them";
                diagnostics.error_with_help(path.span(), "a path has no brackets and no stars", help);
                return None;
            }
            Some(path)
        }
        Entry::Literal(other) => {
            diagnostics.error_with_help(other.span(), format_args!("expected {}", PATHS.what), PATHS.help);
            None
        }
        Entry::Word(key) => {
            let what = format!("expected {}", PATHS.what);
            diagnostics.error_with_help(key.span, what, format_args!("write `\"{}\"`", key.name));
            None
        }
        Entry::Value(key, _) | Entry::List(key, _) => {
            diagnostics.error_with_help(key.span, format_args!("expected {}", PATHS.what), PATHS.help);
            None
        }
        Entry::Broken(_) => None,
    }
}

fn rate(entry: Entry, rated: &Rated, diagnostics: &mut Diagnostics) -> Option<Rate> {
    let Rated { key: name, calls: count, expected, .. } = rated;
    let (key, inner) = inside(entry, expected, "how many calls are too many", diagnostics)?;
    let (mut calls, mut within, mut seen) = (None, None, Vec::new());
    let mut is_whole = true;
    for entry in inner {
        let key = match &entry {
            Entry::Word(key) | Entry::Value(key, _) | Entry::List(key, _) => key,
            Entry::Literal(literal) => {
                diagnostics.error_with_help(literal.span(), "a value needs a key", expected.help);
                is_whole = false;
                continue;
            }
            Entry::Broken(_) => {
                is_whole = false;
                continue;
            }
        };
        if key.name != *count && key.name != "within" {
            let other = if *name == "alert" { LIMIT.calls } else { ALERT.calls };
            let help = match nearest(&key.name, [*count, "within"]) {
                Some(near) => format!("did you mean `{near}`?"),
                None if key.name == other => expected.help.to_owned(),
                None => format!("the keys are `{count}` and `within`"),
            };
            diagnostics.error_with_help(
                key.span,
                format_args!("`{}` is not a key of `{name}`", key.name),
                help,
            );
            is_whole = false;
        } else if once(key, "keep one of them", &mut seen, diagnostics) {
            match key.name.as_str() {
                "within" => within = seconds(&entry, diagnostics),
                _ => calls = number(&entry, rated, diagnostics),
            }
        }
    }
    let missing = |key: &str| is_whole && !seen.iter().any(|seen| seen == key);
    let missing: Vec<&str> = [*count, "within"].into_iter().filter(|key| missing(key)).collect();
    if !missing.is_empty() {
        let what = format!("`{name}` needs {}", listed(missing));
        diagnostics.error_with_help(key.span, what, expected.help);
    }
    Some(Rate { calls: calls?, within_s: within? })
}

fn number(entry: &Entry, rated: &Rated, diagnostics: &mut Diagnostics) -> Option<LitInt> {
    let found = value(entry, diagnostics)?;
    let help = format!("write `{} = {}`", rated.calls, if rated.least == 0 { 100 } else { 20 });
    match found {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) if number.suffix().is_empty() => {
            match number.base10_parse::<u32>() {
                Ok(calls) if u64::from(calls) < rated.least => {
                    diagnostics.error_with_help(number.span(), rated.too_few, help);
                    None
                }
                Ok(_) => Some(number.clone()),
                Err(_) => {
                    diagnostics.error_with_help(number.span(), "so many calls are never counted", help);
                    None
                }
            }
        }
        other => {
            diagnostics.error_with_help(other.span(), "expected a number of calls", help);
            None
        }
    }
}

/// The longest while, in seconds: a day.
const LONGEST: u64 = 24 * 60 * 60;

fn seconds(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<u64> {
    if let Entry::Value(_, Expr::Lit(ExprLit { lit: Lit::Int(number), .. })) = entry {
        let (digits, span) = (number.base10_digits(), number.span());
        diagnostics.error_with_help(
            span,
            "a number has no unit",
            format_args!("write `\"{digits}s\"` for seconds"),
        );
        return None;
    }
    let text = text(entry, diagnostics)?;
    match parse(&text.value()) {
        Some(seconds @ 1..=LONGEST) => Some(seconds),
        Some(0) => wrong(text.span(), "within no time nobody calls", diagnostics),
        Some(_) => wrong(text.span(), "nothing is counted for longer than a day", diagnostics),
        None => wrong(text.span(), "expected a number with a unit", diagnostics),
    }
}

fn wrong(span: Span, what: &str, diagnostics: &mut Diagnostics) -> Option<u64> {
    diagnostics.error_with_help(span, what, "write seconds, minutes or hours: `\"30s\"`, `\"5m\"`, `\"1h\"`");
    None
}

/// `30s`, `5m` or `1h`, in seconds.
fn parse(text: &str) -> Option<u64> {
    let (number, unit) = [("s", 1), ("m", 60), ("h", 3600)]
        .into_iter()
        .find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, seconds)))?;
    let is_number =
        !number.is_empty() && number.len() <= 9 && number.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        return None;
    }
    number.parse::<u64>().ok()?.checked_mul(unit)
}
