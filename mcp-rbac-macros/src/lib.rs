//! The macros of `mcp-rbac`. Use them through that crate, which documents them.

mod diag;
mod keep_item;
mod paths;
mod tool;

use proc_macro::TokenStream;

/// The expansion of `mcp_rbac::roles!`, which hands over the path of the runtime first.
#[doc(hidden)]
#[proc_macro]
pub fn __roles(_input: TokenStream) -> TokenStream {
    TokenStream::new()
}

#[doc(hidden)]
#[proc_macro]
pub fn __hit(_input: TokenStream) -> TokenStream {
    TokenStream::new()
}

#[doc(hidden)]
#[proc_macro]
pub fn __miss(_input: TokenStream) -> TokenStream {
    TokenStream::new()
}

/// Makes a function a tool that only callers who meet its requirement can list and call.
#[proc_macro_attribute]
pub fn tool(args: TokenStream, item: TokenStream) -> TokenStream {
    tool::tool(args.into(), item.into()).into()
}
