//! A tool, prompt or resource that has passed the checks.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Attribute, Expr, FnArg, ItemFn, LitStr, Meta, Path, ReturnType, Type, punctuated::Punctuated};

use super::{
    Kind,
    args::{Access, Args, Requirement},
    docs::docs,
    signature::{function_name, pattern_name},
};
use crate::paths::{policy_path, private_path, runtime_path};

pub(crate) struct Declaration<K> {
    pub(crate) name: LitStr,
    pub(crate) title: Option<LitStr>,
    pub(crate) description: Option<TokenStream>,
    pub(crate) access: Access,
    pub(crate) icons: Option<Expr>,
    pub(crate) meta: Option<Expr>,
    pub(crate) params: Vec<Param>,
    pub(crate) returned: Type,
    /// The path of `mcp_rbac`.
    pub(crate) runtime: Path,
    /// The path of the module with what generated code may use.
    pub(crate) private: TokenStream,
    /// The path of the module that `roles!` made.
    pub(crate) policy: Path,
    /// What the function is allowed, the code that names its types is allowed as well.
    pub(crate) allowed: Vec<TokenStream>,
    /// What only its attribute has.
    pub(crate) own: K,
}

pub(crate) struct Param {
    /// How messages of the start-up check call it.
    pub(crate) name: String,
    pub(crate) ty: Type,
    /// `#[cfg(…)]` of the parameter, which everything made from it shares.
    pub(crate) cfg: Vec<Attribute>,
    /// The variable of the uri that it takes.
    pub(crate) variable: Option<String>,
}

impl<K: Kind> Declaration<K> {
    /// `None` when it is not said who may call; that has been reported.
    pub(super) fn new(function: &ItemFn, args: Args<K>) -> Option<Self> {
        let access = args.access.into_iter().next()?;
        let name = match args.name {
            Some(name) => name,
            None => LitStr::new(&function_name(function), function.sig.ident.span()),
        };
        let runtime = runtime_path(args.runtime);
        Some(Self {
            name,
            title: args.title,
            description: args
                .description
                .map(|text| quote_spanned!(text.span()=> #text))
                .or_else(|| docs(&function.attrs)),
            private: private_path(&runtime),
            runtime,
            policy: policy_path(args.policy, first_span(&access)),
            access,
            icons: args.icons,
            meta: args.meta,
            params: function.sig.inputs.iter().filter_map(|input| param(input, &args.own)).collect(),
            returned: returned(&function.sig.output, function.sig.ident.span()),
            allowed: allowed(&function.attrs),
            own: args.own,
        })
    }
}

/// The literal where an error about the policy's path belongs.
fn first_span(access: &Access) -> Span {
    fn first(requirement: &Requirement) -> Option<Span> {
        match requirement {
            Requirement::Permission(name) => Some(name.span()),
            Requirement::All(_, parts) | Requirement::Any(_, parts) => parts.iter().find_map(first),
        }
    }
    match access {
        Access::Requires(span, requirement) => first(requirement).unwrap_or(*span),
        Access::Authenticated(span) => *span,
        Access::Public(_, reason) => reason.span(),
    }
}

fn returned(output: &ReturnType, span: Span) -> Type {
    match output {
        ReturnType::Type(_, ty) => (**ty).clone(),
        ReturnType::Default => Type::Tuple(syn::TypeTuple {
            attrs: Vec::new(),
            paren_token: syn::token::Paren(span),
            elems: Punctuated::new(),
        }),
    }
}

fn param(input: &FnArg, own: &impl Kind) -> Option<Param> {
    let FnArg::Typed(param) = input else { return None };
    let cfg = param.attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    Some(Param {
        name: pattern_name(&param.pat),
        ty: (*param.ty).clone(),
        cfg: cfg.cloned().collect(),
        variable: own.variable(input),
    })
}

/// `#[allow(…)]` and `#[expect(…)]`, and that what is deprecated is registered nevertheless.
fn allowed(attrs: &[Attribute]) -> Vec<TokenStream> {
    let allowed = attrs.iter().filter_map(|attr| match &attr.meta {
        Meta::List(list) if list.path.is_ident("allow") || list.path.is_ident("expect") => {
            let lints = &list.tokens;
            Some(quote!(#[allow(#lints)]))
        }
        Meta::List(_) | Meta::Path(_) | Meta::NameValue(_) => {
            attr.path().is_ident("deprecated").then(|| quote!(#[allow(deprecated)]))
        }
    });
    allowed.collect()
}
