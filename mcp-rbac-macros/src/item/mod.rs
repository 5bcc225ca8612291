//! What `#[tool]`, `#[prompt]` and `#[resource]` have in common: arguments → check → declaration → expand.

pub(crate) mod args;
mod check;
mod declaration;
mod docs;
mod expand;
mod signature;

use proc_macro2::TokenStream;
use syn::{FnArg, ItemFn};

use crate::{diag::Diagnostics, keep_item::with_item};
use args::{Args, Entry};
pub(crate) use check::{two_sets_of_arguments, wire_name};
pub(crate) use declaration::{Declaration, Param};
pub(crate) use expand::{
    Parts, answered, completions as expand_completions, describe, option, policy, requirement,
};
pub(crate) use signature::{generic_argument, last_segment, plain_name, typed_params};

/// What one of the attributes has of its own.
pub(crate) trait Kind: Default {
    const WORDS: Words;

    /// Reads the entry of a key that not every attribute has.
    fn read(&mut self, key: &str, entry: Entry, diagnostics: &mut Diagnostics);

    /// Reports what only this attribute refuses.
    fn check(args: &Args<Self>, function: &ItemFn, diagnostics: &mut Diagnostics);

    /// The variable of the uri that a parameter takes, where there is a uri.
    fn variable(&self, _param: &FnArg) -> Option<String> {
        None
    }

    /// What only this attribute emits.
    fn expand(declaration: &Declaration<Self>) -> Parts;
}

/// How messages speak of what an attribute makes.
pub(crate) struct Words {
    /// `tool` of `#[tool]`
    pub(crate) noun: &'static str,
    /// Who may … it.
    pub(crate) verb: &'static str,
    /// What to do instead of a second attribute of the kind on one function.
    pub(crate) once: &'static str,
    /// Why it is no generic function.
    pub(crate) no_generics: &'static str,
    /// What it returns.
    pub(crate) results: &'static str,
    /// How it takes what it is called with.
    pub(crate) arguments: &'static str,
}

/// The expansion of an attribute with `args` on `item`. Whatever is wrong is an error and never a missing guard; the
/// item itself is then kept as it is, so that the rest of the program still finds it.
pub(crate) fn expand<K: Kind>(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let args = args::parse::<K>(args, &mut diagnostics);
    match syn::parse2::<ItemFn>(item.clone()) {
        Ok(function) => {
            check::check(&function, &args, &mut diagnostics);
            if diagnostics.is_empty()
                && let Some(declaration) = Declaration::new(&function, args)
            {
                return expand::expand(&item, &function, &declaration);
            }
        }
        Err(error) => check::not_a_function(&item, &error, &K::WORDS, &mut diagnostics),
    }
    with_item(item, diagnostics.in_source_order())
}

/// What an attribute with `args` says of a method that stays somebody else's: only what the syntax of the attribute can
/// tell is checked, and what `own` refuses.
pub(crate) fn declare_method<K: Kind>(
    args: TokenStream,
    item: &TokenStream,
    diagnostics: &mut Diagnostics,
    own: impl FnOnce(&Args<K>, &mut Diagnostics),
) -> Option<Declaration<K>> {
    let args = args::parse::<K>(args, diagnostics);
    own(&args, diagnostics);
    match syn::parse2::<ItemFn>(item.clone()) {
        Ok(function) => {
            check::check_attribute(&function, &args, diagnostics);
            Declaration::new(&function, args)
        }
        Err(error) => {
            diagnostics.push(error);
            None
        }
    }
}
