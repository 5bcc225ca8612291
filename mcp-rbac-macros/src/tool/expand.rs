//! Quotes, and decides nothing.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Expr, Ident, ItemFn, LitStr, spanned::Spanned};

use super::{
    args::{Access, Flag, Requirement},
    model::{Param, Tool},
};

pub(super) fn expand(function: &ItemFn, tool: &Tool) -> TokenStream {
    let Tool { name, runtime, cfg, .. } = tool;
    let requirement = requirement(tool);
    let policy = policy(tool);
    let assertions = assertions(tool);
    let params = tool.params.iter().enumerate().map(|(at, param)| param_const(tool, at, param));
    let returned = returned_const(tool);
    let call = call(function, tool);
    let param_defs = tool.params.iter().enumerate().map(|(at, param)| {
        let (name, constant) = (&param.name, param_name(at));
        quote!(#runtime::__private::ParamDef { name: #name, kind: #constant.kind })
    });
    let hints = hints(tool);
    let title = option(tool.title.as_ref());
    let description = option(tool.description.as_ref());
    let icons = option(tool.icons.as_ref().map(closure));
    let meta = option(tool.meta.as_ref().map(closure));
    quote! {
        #function

        #(#cfg)*
        const _: () = {
            static __REQUIREMENT: #runtime::__private::Requirement = #requirement;
            #assertions
            #(#params)*
            #returned
            #call
            #runtime::__private::inventory::submit! {
                #runtime::__private::ToolDef {
                    name: #name,
                    title: #title,
                    description: #description,
                    hints: #hints,
                    icons: #icons,
                    meta: #meta,
                    requirement: __REQUIREMENT,
                    policy: #policy,
                    params: &[#(#param_defs),*],
                    output_schema: __RETURNED.output_schema,
                    call: __call,
                    module: ::core::module_path!(),
                    file: ::core::file!(),
                    line: ::core::line!(),
                }
            }
        };
    }
}

fn option(value: Option<impl ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

fn closure(value: &Expr) -> TokenStream {
    quote_spanned!(value.span()=> || #value)
}

fn requirement(tool: &Tool) -> TokenStream {
    let runtime = &tool.runtime;
    match &tool.access {
        Access::Requires(_, parts) => expression(tool, parts),
        Access::Authenticated(_) => quote!(#runtime::__private::Requirement::authenticated()),
        Access::Public(_, reason) => quote!(#runtime::__private::Requirement::public(#reason)),
    }
}

fn expression(tool: &Tool, requirement: &Requirement) -> TokenStream {
    let Tool { runtime, policy, .. } = tool;
    let (combine, parts) = match requirement {
        Requirement::Permission(name) => {
            // the value anew, so that every way of writing one string is the same token
            let name = LitStr::new(&name.value(), name.span());
            let permission = quote_spanned! {name.span()=>
                #policy::__permission! { (#runtime) (#policy) #name #name }
            };
            return quote!(#runtime::__private::Requirement::permission(#permission));
        }
        Requirement::All(_, parts) => (format_ident!("all"), parts),
        Requirement::Any(_, parts) => (format_ident!("any"), parts),
    };
    let parts = parts.iter().map(|part| expression(tool, part));
    quote!(#runtime::__private::Requirement::#combine(&[#(#parts),*]))
}

/// The policy that the requirement is resolved in. A requirement with permissions knows it, so that a path that leads
/// nowhere is one error and not two.
fn policy(tool: &Tool) -> TokenStream {
    let Tool { runtime, policy, .. } = tool;
    match &tool.access {
        Access::Requires(..) => quote!(#runtime::__private::policy_of(&__REQUIREMENT)),
        Access::Authenticated(span) | Access::Public(span, _) => quote_spanned!(*span=> &#policy::POLICY),
    }
}

/// What needs the class of a permission is asserted where the compiler knows it.
fn assertions(tool: &Tool) -> TokenStream {
    let requirement = describe(&tool.access);
    let read_only = tool.read_only.filter(|flag| flag.value).map(|Flag { span, .. }| {
        let message =
            format!("`read_only` contradicts {requirement}, which contains a destructive permission");
        quote_spanned! {span=>
            const _: () = ::core::assert!(!__REQUIREMENT.is_destructive(), "{}", #message);
        }
    });
    let destructive = tool.destructive.map(|Flag { span, .. }| {
        let message =
            format!("`destructive` is not true: no permission of {requirement} is declared `destructive`");
        quote_spanned! {span=>
            const _: () = ::core::assert!(__REQUIREMENT.is_destructive(), "{}", #message);
        }
    });
    quote!(#read_only #destructive)
}

fn describe(access: &Access) -> String {
    fn text(requirement: &Requirement) -> String {
        let list = |parts: &[Requirement]| parts.iter().map(text).collect::<Vec<_>>().join(", ");
        match requirement {
            Requirement::Permission(name) => format!("{:?}", name.value()),
            Requirement::All(_, parts) => format!("all({})", list(parts)),
            Requirement::Any(_, parts) => format!("any({})", list(parts)),
        }
    }
    match access {
        Access::Requires(_, requirement @ Requirement::Permission(_)) => {
            format!("`requires = {}`", text(requirement))
        }
        Access::Requires(_, requirement) => format!("`requires({})`", text(requirement)),
        Access::Authenticated(_) | Access::Public(..) => format!("`{}`", access.key()),
    }
}

fn param_name(at: usize) -> Ident {
    format_ident!("__PARAM_{at}")
}

/// Each type is named in one place that asks for a trait, so that a type which is no parameter is one error.
fn param_const(tool: &Tool, at: usize, Param { ty, .. }: &Param) -> TokenStream {
    let (runtime, constant) = (&tool.runtime, param_name(at));
    let message = format!(
        "the requirement does not always include what `Granted` proves: {} can be met without it",
        describe(&tool.access)
    );
    let value = quote_spanned!(ty.span()=> #runtime::__private::param::<#ty>(&__REQUIREMENT, #message));
    quote!(const #constant: #runtime::__private::Param<#ty> = #value;)
}

fn returned_const(tool: &Tool) -> TokenStream {
    let Tool { runtime, returned, .. } = tool;
    let value = quote_spanned!(returned.span()=> #runtime::__private::returned::<#returned>());
    quote!(const __RETURNED: #runtime::__private::Returned<#returned> = #value;)
}

fn call(function: &ItemFn, tool: &Tool) -> TokenStream {
    let runtime = &tool.runtime;
    let name = &function.sig.ident;
    let call = Ident::new("call", Span::mixed_site());
    let values: Vec<Ident> =
        (0..tool.params.len()).map(|at| format_ident!("value_{at}", span = Span::mixed_site())).collect();
    let extract = values.iter().enumerate().map(|(at, value)| {
        let constant = param_name(at);
        quote! {
            let #value = match (#constant.extract)(&mut #call) {
                ::core::result::Result::Ok(value) => value,
                ::core::result::Result::Err(failure) => return #runtime::__private::failed(failure),
            };
        }
    });
    let body = quote_spanned!(name.span()=> #name(#(#values),*));
    let run = if function.sig.asyncness.is_some() {
        quote_spanned!(name.span()=> #runtime::__private::run(#body, __RETURNED.into_response))
    } else {
        // a closure around a function without parameters is what clippy warns of
        let body = if values.is_empty() { quote!(#name) } else { quote!(move || #body) };
        quote_spanned!(name.span()=> #runtime::__private::run_blocking(#body, __RETURNED.into_response))
    };
    let unused_mut = values.is_empty().then(|| quote!(let _ = &mut #call;));
    quote! {
        fn __call(mut #call: #runtime::__private::Authorized) -> #runtime::__private::CallFuture {
            #unused_mut
            #(#extract)*
            #run
        }
    }
}

fn hints(tool: &Tool) -> TokenStream {
    let runtime = &tool.runtime;
    let hint = |flag: Option<Flag>| option(flag.map(|flag| flag.value));
    let (read_only, idempotent, open_world) =
        (hint(tool.read_only), hint(tool.idempotent), hint(tool.open_world));
    quote!(#runtime::__private::Hints { read_only: #read_only, idempotent: #idempotent, open_world: #open_world })
}
