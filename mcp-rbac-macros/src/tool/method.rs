//! `#[tool]` on a method inside `#[rmcp::tool_router] impl`: the method stays rmcp's, and what it requires is registered
//! for `Guard<H>`, which stands in front of the handler.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Expr, ExprLit, ImplItemFn, Lit, Path, parse::Parser};

use super::Tool;
use crate::{
    diag::Diagnostics,
    item::{self, Declaration, args::Flag},
    keep_item::with_item,
    paths::runtime_path,
};

/// Whether the item is a function with a receiver.
pub(crate) fn is_method(item: &TokenStream) -> bool {
    syn::parse2::<ImplItemFn>(item.clone()).is_ok_and(|method| method.sig.receiver().is_some())
}

/// The expansion of `#[tool(args)]` on a method.
pub(crate) fn method(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let mut runtime = None;
    let declaration = item::declare_method::<Tool>(args, &item, &mut diagnostics, |args, diagnostics| {
        runtime.clone_from(&args.runtime);
        let given = [("task", args.own.task.map(|flag| flag.span)), ("output", args.own.output.key)];
        for (key, span) in given {
            let Some(span) = span else { continue };
            diagnostics.error_with_help(
                span,
                format_args!(
                    "`{key}` needs a function of its own, and a method is called by the router of rmcp"
                ),
                "make it a free function, or leave it to what the method returns",
            );
        }
    });
    let method = syn::parse2::<ImplItemFn>(item.clone());
    match (declaration, method) {
        (Some(declaration), Ok(method)) if diagnostics.is_empty() => expand(&declaration, method),
        (_, Err(error)) => {
            diagnostics.push(error);
            with_item(item, diagnostics.in_source_order())
        }
        (_, Ok(method)) => with_item(keep(method, &runtime_path(runtime)), diagnostics.in_source_order()),
    }
}

/// The method after a mistake. The router around it names what rmcp's attribute makes, so that stays, or one mistake
/// would be two messages.
fn keep(method: ImplItemFn, runtime: &Path) -> TokenStream {
    let is_tool = |attribute: &Attribute| {
        attribute.path().segments.last().is_some_and(|segment| segment.ident == "tool")
    };
    let own = (!method.attrs.iter().any(is_tool)).then(|| quote!(#[#runtime::rmcp::tool]));
    let ImplItemFn { attrs, vis, sig, block, .. } = method;
    quote!(#(#attrs)* #own #vis #sig #block)
}

fn expand(declaration: &Declaration<Tool>, mut method: ImplItemFn) -> TokenStream {
    let Declaration { private, runtime, name, own, .. } = declaration;
    let requirement = item::requirement(declaration);
    let policy = item::policy(declaration);
    let oversight = own.oversight.expand(private);
    let assertions = super::assertions(declaration);
    let assertions = (!assertions.is_empty()).then(|| quote!(const _: () = { #assertions };));
    let registration = quote! {
        const _: () = {
            static __REQUIREMENT: #private::Requirement = #requirement;
            #assertions
            #private::inventory::submit! {
                #private::ForeignToolDef {
                    name: #name,
                    requirement: __REQUIREMENT,
                    policy: #policy,
                    oversight: #oversight,
                    module: ::core::module_path!(),
                    file: ::core::file!(),
                    line: ::core::line!(),
                }
            }
        };
    };
    // a constant is a statement like any other, and a method body is the one place in an impl where it can stand
    if let Ok(statements) = syn::Block::parse_within.parse2(registration) {
        method.block.stmts.splice(0..0, statements);
    }
    let given = rmcp_arguments(declaration);
    let (attributes, visibility) = (&method.attrs, &method.vis);
    let (signature, block) = (&method.sig, &method.block);
    // rmcp's attribute comes last: it reads the docs before it, and stops at an attribute between
    quote! {
        #(#attributes)*
        #[#runtime::rmcp::tool(#given)]
        #visibility #signature #block
    }
}

/// What rmcp's attribute is told. `destructiveHint` follows from the requirement, and the guard adds it to the list.
fn rmcp_arguments(declaration: &Declaration<Tool>) -> TokenStream {
    let Declaration { name, title, description, icons, meta, own, .. } = declaration;
    let title = title.as_ref().map(|title| quote!(title = #title,));
    // docs that are computed are left to rmcp, which computes them as well
    let description = description.as_ref().filter(|text| is_literal(text));
    let description = description.map(|text| quote!(description = #text,));
    let icons = icons.as_ref().map(|icons| quote!(icons = #icons,));
    let meta = meta.as_ref().map(|meta| quote!(meta = #meta,));
    let hint = |name: TokenStream, flag: Option<Flag>| flag.map(|Flag { value, .. }| quote!(#name = #value,));
    let hints: Vec<TokenStream> = [
        hint(quote!(read_only_hint), own.read_only),
        hint(quote!(idempotent_hint), own.idempotent),
        hint(quote!(open_world_hint), own.open_world),
    ]
    .into_iter()
    .flatten()
    .collect();
    let hints = (!hints.is_empty()).then(|| quote!(annotations(#(#hints)*),));
    quote!(name = #name, #title #description #hints #icons #meta)
}

fn is_literal(text: &TokenStream) -> bool {
    matches!(syn::parse2(text.clone()), Ok(Expr::Lit(ExprLit { lit: Lit::Str(_), .. })))
}
