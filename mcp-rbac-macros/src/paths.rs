//! The two paths that generated code begins with.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{Path, parse_quote_spanned, spanned::Spanned};

/// `crate = …`, or `::mcp_rbac`.
pub(crate) fn runtime_path(given: Option<Path>) -> Path {
    given.unwrap_or_else(|| parse_quote_spanned!(Span::call_site()=> ::mcp_rbac))
}

/// `policy = …`, or `crate::rbac` with the span of the literal, so that rustc's one error stands there when there is no
/// such module.
pub(crate) fn policy_path(given: Option<Path>, span: Span) -> Path {
    // resolved where the macro stands: to lints about what the user writes, nobody wrote it
    given.unwrap_or_else(|| parse_quote_spanned!(span.resolved_at(Span::call_site())=> crate::rbac))
}

/// The module with the only names that generated code may use. All of it stands where the path does, so that a path
/// that leads nowhere is one error.
pub(crate) fn private_path(runtime: &Path) -> TokenStream {
    let span = runtime.segments.last().map_or_else(|| runtime.span(), |segment| segment.ident.span());
    quote_spanned!(span.resolved_at(Span::call_site())=> #runtime::__private)
}
