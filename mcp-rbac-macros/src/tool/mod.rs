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
    let args = args::parse(args, &mut diagnostics);
    match syn::parse2::<ItemFn>(item.clone()) {
        Ok(function) => {
            check::check(&function, &args, &mut diagnostics);
            if diagnostics.is_empty()
                && let Some(tool) = model::Tool::new(&function, args)
            {
                return expand::expand(&item, &function, &tool);
            }
        }
        Err(error) => check::not_a_function(&item, &error, &mut diagnostics),
    }
    with_item(item, diagnostics.in_source_order())
}
