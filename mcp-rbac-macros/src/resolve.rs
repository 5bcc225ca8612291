//! What `rbac::__permission!` answers for a name: the permission, or the error on the literal.
//!
//! Both macros are handed the call site as `[(runtime) (policy) "literal"]`; the literal is the one that the user wrote,
//! and what it is worth here is its span.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote;
use syn::{
    Ident, LitStr, Result, Token, bracketed,
    ext::IdentExt,
    parenthesized,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
};

use crate::diag::{Diagnostics, listed, nearest};

/// `read_data [site]`: the permission, found by the path of its marker. Only the marker's name has the place of the
/// literal, so that an editor leads from there to the declaration.
///
/// It is not the marker's constant `PERMISSION`, because rustc checks the value of a constant through all its
/// references, here the whole policy: 6 ms each time with 1,000 permissions. For the same reason it belongs into a
/// `static`, whose references to other statics are not followed.
pub(crate) fn hit(tokens: TokenStream) -> Result<TokenStream> {
    let Hit { mut name, site } = syn::parse2(tokens)?;
    let (runtime, policy) = (elsewhere(site.runtime), elsewhere(site.policy));
    name.set_span(site.literal);
    Ok(quote! {
        #runtime::__private::permission_ref(&#policy::POLICY, #policy::permissions::#name::__INDEX)
    })
}

/// `["read_data" read_data, …] "raed_data" [site]`: the error, with the name that was most likely meant.
pub(crate) fn miss(tokens: TokenStream) -> Result<TokenStream> {
    let Miss { table, name, site } = syn::parse2(tokens)?;
    let wire_names = || table.iter().map(|row| row.wire.as_str());
    let help = if let Some(row) = table.iter().find(|row| row.name == name) {
        format!("`{name}` is its Rust name; `requires` takes the wire name: `{}`", row.wire)
    } else if let Some(near) = nearest(&name, wire_names()) {
        format!("a permission with a similar name exists: `{near}`")
    } else {
        format!("declared are {}", listed(wire_names()))
    };
    let mut diagnostics = Diagnostics::default();
    let message = format!("permission `{name}` is not declared in `roles!`");
    diagnostics.error_with_help(site.literal, message, help);
    Ok(diagnostics.into_compile_errors())
}

struct Hit {
    name: Ident,
    site: Site,
}

impl Parse for Hit {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        Ok(Self { name: input.parse()?, site: input.parse()? })
    }
}

struct Miss {
    table: Punctuated<Row, Token![,]>,
    name: String,
    site: Site,
}

impl Parse for Miss {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let table;
        bracketed!(table in input);
        let table = table.call(Punctuated::parse_terminated)?;
        Ok(Self { table, name: input.parse::<LitStr>()?.value(), site: input.parse()? })
    }
}

/// A declared permission by both of its names.
struct Row {
    wire: String,
    name: String,
}

impl Parse for Row {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let wire = input.parse::<LitStr>()?.value();
        Ok(Self { wire, name: input.parse::<Ident>()?.unraw().to_string() })
    }
}

/// The place where the name was required.
struct Site {
    runtime: TokenStream,
    policy: TokenStream,
    literal: Span,
}

impl Parse for Site {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let (site, runtime, policy);
        bracketed!(site in input);
        parenthesized!(runtime in site);
        parenthesized!(policy in site);
        let (runtime, policy) = (runtime.parse()?, policy.parse()?);
        Ok(Self { runtime, policy, literal: site.parse::<LitStr>()?.span() })
    }
}

/// The same tokens, resolved as before, but placed outside of the literal.
fn elsewhere(path: TokenStream) -> TokenStream {
    path.into_iter()
        .map(|mut token: TokenTree| {
            token.set_span(token.span().located_at(Span::call_site()));
            token
        })
        .collect()
}
