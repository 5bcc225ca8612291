//! What stands in `#[tool(…)]` and the others, as it was written.

mod access;
mod completions;
mod entries;
mod keys;
mod requirement;
mod value;

use proc_macro2::TokenStream;
use syn::{Expr, Lit, LitStr, Path};

use super::Kind;
use crate::diag::Diagnostics;
pub(crate) use access::Access;
pub(crate) use completions::{Completion, completions};
pub(crate) use entries::{Entry, Expected, Key, entries};
pub(crate) use keys::{ACCESS, once};
pub(crate) use requirement::Requirement;
pub(crate) use value::{Flag, flag, function, text, value};

#[derive(Default)]
pub(crate) struct Args<K> {
    pub(crate) access: Vec<Access>,
    pub(crate) name: Option<LitStr>,
    pub(crate) title: Option<LitStr>,
    pub(crate) description: Option<LitStr>,
    pub(crate) icons: Option<Expr>,
    pub(crate) meta: Option<Expr>,
    pub(crate) policy: Option<Path>,
    pub(crate) runtime: Option<Path>,
    /// What only this attribute has.
    pub(crate) own: K,
    /// The keys that something is said about, even where it could not be read.
    about: Vec<&'static str>,
    /// Something stands there that could not be read as anything.
    unreadable: bool,
}

impl<K> Args<K> {
    /// Whether something is said that could be about one of these keys.
    pub(crate) fn says(&self, keys: &[&str]) -> bool {
        self.unreadable || self.about.iter().any(|key| keys.contains(key))
    }
}

/// Reads the arguments. What is wrong with one of them is reported and does not hide the others.
pub(super) fn parse<K: Kind>(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Args<K> {
    let noun = K::WORDS.noun;
    let mut args = Args::default();
    let mut seen = Vec::new();
    for entry in entries(tokens, &keys::EXPECTED, diagnostics) {
        let known = match &entry {
            Entry::Literal(literal) => {
                args.unreadable = true;
                value_without_key(literal, noun, diagnostics);
                continue;
            }
            Entry::Broken(None) => {
                args.unreadable = true;
                continue;
            }
            Entry::Word(key) | Entry::Value(key, _) | Entry::List(key, _) | Entry::Broken(Some(key)) => {
                args.about.extend(keys::meant(&key.name, noun));
                keys::take(key, noun, &mut seen, diagnostics)
            }
        };
        if known {
            set(&mut args, entry, diagnostics);
        }
    }
    args
}

fn value_without_key(literal: &Lit, noun: &str, diagnostics: &mut Diagnostics) {
    let help = match literal {
        Lit::Str(text) if noun == "resource" && text.value().contains("://") => {
            format!("write `uri = \"{}\"`", text.value())
        }
        Lit::Str(text) => format!("write `requires = \"{}\"`", text.value()),
        _ => keys::EXPECTED.help.to_owned(),
    };
    diagnostics.error_with_help(literal.span(), "a value needs a key", help);
}

fn set<K: Kind>(args: &mut Args<K>, entry: Entry, diagnostics: &mut Diagnostics) {
    let (Entry::Word(key) | Entry::Value(key, _) | Entry::List(key, _)) = &entry else { return };
    let name = key.name.clone();
    match name.as_str() {
        "requires" => args.access.extend(access::requires(entry, diagnostics)),
        "authenticated" => args.access.extend(access::authenticated(&entry, diagnostics)),
        "public" => args.access.extend(access::public(&entry, diagnostics)),
        "name" => args.name = text(&entry, diagnostics),
        "title" => args.title = text(&entry, diagnostics),
        "description" => args.description = text(&entry, diagnostics),
        "icons" => args.icons = value(&entry, diagnostics).cloned(),
        "meta" => args.meta = value(&entry, diagnostics).cloned(),
        "policy" => args.policy = value::path(&entry, diagnostics),
        "crate" => args.runtime = value::path(&entry, diagnostics),
        other => args.own.read(other, entry, diagnostics),
    }
}
