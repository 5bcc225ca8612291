//! `roles!`: parse keeps every span and reads on after a mistake · model resolves what is valid · check reports all
//! that is wrong · expand only quotes.
//!
//! After an error the module `rbac` is emitted nevertheless, with everything that could be understood and a callback
//! that accepts any name, so that one mistake in the policy gives one message and not one per tool.

mod check;
mod expand;
mod ident;
mod model;
mod parse;

use proc_macro2::TokenStream;
use quote::quote;

use crate::diag::Diagnostics;
use model::Model;

/// The expansion of `roles!`. The first token is the path of the runtime in parentheses, then comes what the user wrote.
pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let hash = expand::input_hash(&tokens);
    let input = parse::input(tokens, &mut diagnostics);
    check::input(&input, &mut diagnostics);
    let model = Model::new(&input);
    check::model(&model, &input, &mut diagnostics);

    if diagnostics.is_empty() {
        return expand::policy(&model, &input.runtime, hash);
    }
    let skeleton = expand::skeleton(&model, &input.runtime, hash);
    let errors = diagnostics.in_source_order().into_compile_errors();
    quote! { #errors #skeleton }
}
