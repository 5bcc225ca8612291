//! After an error the user's item stays as it was: one mistake gives one message.

use proc_macro2::TokenStream;

use crate::diag::Diagnostics;

/// The item unchanged, and the errors.
pub(crate) fn with_item(item: TokenStream, diagnostics: Diagnostics) -> TokenStream {
    let mut tokens = item;
    tokens.extend(diagnostics.into_compile_errors());
    tokens
}
