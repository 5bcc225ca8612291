//! The macros of `mcp-rbac`. Use them through that crate, which documents them.

mod diag;
mod item;
mod keep_item;
mod paths;
mod prompt;
mod resolve;
mod resource;
mod roles;
#[cfg(test)]
mod tests;
mod tool;

use proc_macro::TokenStream;

/// The expansion of `mcp_rbac::roles!`, which hands over the path of the runtime first.
#[doc(hidden)]
#[proc_macro]
pub fn __roles(input: TokenStream) -> TokenStream {
    roles::expand(input.into()).into()
}

/// What `rbac::__permission!` answers for a name that is declared.
#[doc(hidden)]
#[proc_macro]
pub fn __hit(input: TokenStream) -> TokenStream {
    resolve::hit(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// What `rbac::__permission!` answers for a name that is not declared.
#[doc(hidden)]
#[proc_macro]
pub fn __miss(input: TokenStream) -> TokenStream {
    resolve::miss(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

#[expect(
    missing_docs,
    reason = "mcp-rbac documents it, with examples that run; a text from here would follow"
)]
#[proc_macro_attribute]
pub fn tool(args: TokenStream, item: TokenStream) -> TokenStream {
    let item = item.into();
    if tool::is_method(&item) {
        return tool::method(args.into(), item).into();
    }
    item::expand::<tool::Tool>(args.into(), item).into()
}

#[expect(
    missing_docs,
    reason = "mcp-rbac documents it, with examples that run; a text from here would follow"
)]
#[proc_macro_attribute]
pub fn prompt(args: TokenStream, item: TokenStream) -> TokenStream {
    item::expand::<prompt::Prompt>(args.into(), item.into()).into()
}

#[expect(
    missing_docs,
    reason = "mcp-rbac documents it, with examples that run; a text from here would follow"
)]
#[proc_macro_attribute]
pub fn resource(args: TokenStream, item: TokenStream) -> TokenStream {
    item::expand::<resource::Resource>(args.into(), item.into()).into()
}
