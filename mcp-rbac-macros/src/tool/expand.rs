//! Quotes, and decides nothing.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Expr, Ident, ItemFn, LitStr, Type, spanned::Spanned};

use super::{
    args::{Access, Flag, Requirement},
    model::{Param, Tool, generic_argument, last_segment},
};

/// `item` is the function as it came; it stays as it is.
pub(super) fn expand(item: &TokenStream, function: &ItemFn, tool: &Tool) -> TokenStream {
    let Tool { name, private, allowed, .. } = tool;
    let requirement = requirement(tool);
    let params = tool.params.iter().enumerate().map(|(at, param)| param_const(tool, at, param));
    let returned = returned_const(tool);
    let assertions = assertions(tool);
    let call = call(function, tool);
    let policy = policy(tool);
    let param_defs = tool.params.iter().enumerate().map(|(at, param)| {
        let (Param { name, cfg, .. }, constant) = (param, param_name(at));
        quote!(#(#cfg)* #private::ParamDef { name: #name, kind: #constant.kind })
    });
    let hints = hints(tool);
    let title = option(tool.title.as_ref());
    let description = option(tool.description.as_ref());
    let icons = option(tool.icons.as_ref().map(closure));
    let meta = option(tool.meta.as_ref().map(closure));
    quote! {
        #item

        #(#allowed)*
        const _: () = {
            static __REQUIREMENT: #private::Requirement = #requirement;
            #(#params)*
            #returned
            #assertions
            #call
            #private::inventory::submit! {
                #private::ToolDef {
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
                    task: false,
                    output: #private::Output {
                        max: ::core::option::Option::None,
                        filter: ::core::option::Option::None,
                    },
                    call: __call,
                    module: ::core::module_path!(),
                    file: ::core::file!(),
                    line: ::core::line!(),
                }
            }
        };
    }
}

/// The same tokens, resolved as before, but placed at `span`: so that an error about the whole of an expression stands
/// there, too.
fn placed(span: Span, tokens: &TokenStream) -> TokenStream {
    let placed = tokens.clone().into_iter().map(|mut token| {
        token.set_span(token.span().located_at(span));
        token
    });
    placed.collect()
}

fn option(value: Option<impl ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

fn closure(value: &Expr) -> TokenStream {
    quote!(|| #value)
}

fn requirement(tool: &Tool) -> TokenStream {
    let private = &tool.private;
    match &tool.access {
        Access::Requires(_, parts) => expression(tool, parts),
        Access::Authenticated(_) => quote!(#private::Requirement::authenticated()),
        Access::Public(_, reason) => quote!(#private::Requirement::public(#reason)),
    }
}

fn expression(tool: &Tool, requirement: &Requirement) -> TokenStream {
    let Tool { runtime, private, policy, .. } = tool;
    let (combine, parts) = match requirement {
        Requirement::Permission(name) => {
            // the value anew, so that every way of writing one string is the same token
            let name = LitStr::new(&name.value(), name.span());
            let permission = quote_spanned! {name.span()=>
                #policy::__permission! { (#runtime) (#policy) #name #name }
            };
            return quote!(#private::Requirement::permission(#permission));
        }
        Requirement::All(_, parts) => (format_ident!("all"), parts),
        Requirement::Any(_, parts) => (format_ident!("any"), parts),
    };
    let parts = parts.iter().map(|part| expression(tool, part));
    quote!(#private::Requirement::#combine(&[#(#parts),*]))
}

/// The policy that the requirement is resolved in. A requirement with permissions knows it, so that a path that leads
/// nowhere is one error and not two.
fn policy(tool: &Tool) -> TokenStream {
    let Tool { private, policy, .. } = tool;
    match &tool.access {
        Access::Requires(..) => quote!(#private::policy_of(&__REQUIREMENT)),
        Access::Authenticated(span) | Access::Public(span, _) => quote_spanned!(*span=> &#policy::POLICY),
    }
}

/// What needs the class of a permission or the whole expression is asserted where the compiler knows it.
fn assertions(tool: &Tool) -> TokenStream {
    let private = &tool.private;
    let requirement = describe(&tool.access);
    let names_permissions = matches!(tool.access, Access::Requires(..));
    let read_only =
        tool.read_only.filter(|flag| flag.value && names_permissions).map(|Flag { span, .. }| {
            let message = format!(
                "`read_only` contradicts {requirement}, which names a destructive permission\n\
             help: leave `read_only` out"
            );
            quote_spanned!(span=> ::core::assert!(!__REQUIREMENT.is_destructive(), "{}", #message);)
        });
    let destructive = tool.destructive.map(|Flag { span, .. }| {
        let message = format!(
            "`destructive` is not true: {requirement} names no destructive permission\n\
             help: leave `destructive` out, or declare the permission `destructive` in `roles!`"
        );
        quote_spanned!(span=> ::core::assert!(__REQUIREMENT.is_destructive(), "{}", #message);)
    });
    let proofs = tool.params.iter().enumerate().filter(|(_, param)| may_prove(&param.ty));
    let proofs = proofs.map(|(at, Param { ty, cfg, .. })| {
        let constant = param_name(at);
        let message = format!(
            "`{}` proves more than {requirement} checks\n\
             help: require the permission in every case, or take `Caller` and ask `caller.granted()`",
            short(ty)
        );
        let private = placed(ty.span(), private);
        quote_spanned!(ty.span()=> #(#cfg)* #private::assert_proven(#constant.proves, &__REQUIREMENT, #message);)
    });
    let assertions: TokenStream = read_only.into_iter().chain(destructive).chain(proofs).collect();
    if assertions.is_empty() { assertions } else { quote!(const _: () = { #assertions };) }
}

/// A proof may have any name but these, which save the compiler some work. Whoever calls a proof `State` learns at run
/// time what the compiler would have said.
fn may_prove(ty: &Type) -> bool {
    !last_segment(ty).is_some_and(|name| ["Parameters", "State", "Caller"].iter().any(|known| name == known))
}

fn describe(access: &Access) -> String {
    match access {
        Access::Requires(_, name @ Requirement::Permission(_)) => format!("`requires = {name}`"),
        Access::Requires(_, requirement) => format!("`requires({requirement})`"),
        Access::Authenticated(_) | Access::Public(..) => format!("`{}`", access.key()),
    }
}

/// `Granted<delete_data>`: the names that the paths of a proof end in.
fn short(ty: &Type) -> String {
    let name = last_segment(ty).map(Ident::to_string).unwrap_or_default();
    match generic_argument(ty, &name).and_then(last_segment) {
        Some(argument) => format!("{name}<{argument}>"),
        None => name,
    }
}

fn param_name(at: usize) -> Ident {
    format_ident!("__PARAM_{at}")
}

/// Each type is named in one place that asks for a trait, so that a type which is no parameter is one error.
fn param_const(tool: &Tool, at: usize, Param { ty, cfg, .. }: &Param) -> TokenStream {
    let (private, constant) = (&tool.private, param_name(at));
    let param = quote_spanned!(ty.span()=> <#ty as #private::ToolParam>);
    quote! {
        #(#cfg)*
        const #constant: #private::Param<#ty> =
            #private::Param { extract: #param::extract, kind: #param::kind, proves: #param::PROVES };
    }
}

fn returned_const(tool: &Tool) -> TokenStream {
    let Tool { private, returned, .. } = tool;
    let result = quote_spanned!(returned.span()=> <#returned as #private::ToolResult>);
    quote! {
        const __RETURNED: #private::Returned<#returned> = #private::Returned {
            into_response: #result::into_response,
            output_schema: #result::output_schema,
        };
    }
}

fn call(function: &ItemFn, tool: &Tool) -> TokenStream {
    let private = &tool.private;
    let name = &function.sig.ident;
    let call = Ident::new("__call", Span::mixed_site());
    let values = tool.params.iter().enumerate().map(|(at, Param { cfg, .. })| {
        let constant = param_name(at);
        quote!(#(#cfg)* (#constant.extract)(#call)?)
    });
    let span = name.span().resolved_at(Span::call_site());
    let placed = placed(span, private);
    let run = match function.sig.asyncness {
        Some(_) => Ident::new("run", span),
        None => Ident::new("run_blocking", span),
    };
    let run = quote_spanned! {span=>
        #placed::#run(#call, |#call| ::core::result::Result::Ok(#name(#(#values),*)), __RETURNED.into_response)
    };
    quote! {
        fn __call(#call: #private::Authorized) -> #private::CallFuture {
            #run
        }
    }
}

fn hints(tool: &Tool) -> TokenStream {
    let private = &tool.private;
    let hint = |flag: Option<Flag>| option(flag.map(|flag| flag.value));
    let (read_only, idempotent, open_world) =
        (hint(tool.read_only), hint(tool.idempotent), hint(tool.open_world));
    quote!(#private::Hints { read_only: #read_only, idempotent: #idempotent, open_world: #open_world })
}
