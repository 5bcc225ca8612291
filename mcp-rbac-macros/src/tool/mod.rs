//! `#[tool]`: arguments → model → check → expand.

mod args;
mod check;
mod expand;
mod model;

use proc_macro2::TokenStream;
use syn::ItemFn;

use crate::{diag::Diagnostics, keep_item::with_item};

/// The expansion of `#[tool(args)] item`. Whatever is wrong is an error and never a missing guard; the item itself is
/// then kept as it is, so that the rest of the program still finds it.
pub(crate) fn tool(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let function = parse_function(&item, &mut diagnostics);
    let args = args::parse(args, &mut diagnostics);
    if let (Some(function), Some(args)) = (function, args) {
        check::check(&function, &args, &mut diagnostics);
        if let Some(tool) = model::Tool::new(&function, args)
            && diagnostics.is_empty()
        {
            return expand::expand(&function, &tool);
        }
    }
    with_item(item, diagnostics)
}

fn parse_function(item: &TokenStream, diagnostics: &mut Diagnostics) -> Option<ItemFn> {
    match syn::parse2::<ItemFn>(item.clone()) {
        Ok(function) => Some(function),
        Err(error) => {
            check::not_a_function(item, error, diagnostics);
            None
        }
    }
}
