//! A tool that has passed the checks.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Attribute, Expr, ExprLit, FnArg, Ident, ItemFn, Lit, LitStr, Meta, Pat, Path, ReturnType, Type,
    ext::IdentExt, spanned::Spanned,
};

use super::args::{Access, Args, Flag, Requirement};
use crate::paths::{policy_path, private_path, runtime_path};

pub(super) struct Tool {
    pub(super) name: LitStr,
    pub(super) title: Option<LitStr>,
    pub(super) description: Option<TokenStream>,
    pub(super) access: Access,
    pub(super) read_only: Option<Flag>,
    pub(super) destructive: Option<Flag>,
    pub(super) idempotent: Option<Flag>,
    pub(super) open_world: Option<Flag>,
    pub(super) icons: Option<Expr>,
    pub(super) meta: Option<Expr>,
    pub(super) params: Vec<Param>,
    pub(super) returned: Type,
    /// The path of `mcp_rbac`.
    pub(super) runtime: Path,
    /// The path of the module with what generated code may use.
    pub(super) private: TokenStream,
    /// The path of the module that `roles!` made.
    pub(super) policy: Path,
    /// What the function is allowed, the code that names its types is allowed as well.
    pub(super) allowed: Vec<TokenStream>,
}

pub(super) struct Param {
    /// How messages of the start-up check call it.
    pub(super) name: String,
    pub(super) ty: Type,
    /// `#[cfg(…)]` of the parameter, which everything made from it shares.
    pub(super) cfg: Vec<Attribute>,
}

impl Tool {
    /// `None` when it is not said who may call; that has been reported.
    pub(super) fn new(function: &ItemFn, args: Args) -> Option<Self> {
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
            read_only: args.read_only,
            destructive: args.destructive,
            idempotent: args.idempotent,
            open_world: args.open_world,
            icons: args.icons,
            meta: args.meta,
            params: function.sig.inputs.iter().filter_map(param).collect(),
            returned: returned(&function.sig.output, function.sig.ident.span()),
            allowed: allowed(&function.attrs),
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
            elems: syn::punctuated::Punctuated::new(),
        }),
    }
}

fn param(input: &FnArg) -> Option<Param> {
    let FnArg::Typed(param) = input else { return None };
    let cfg = param.attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    Some(Param { name: pattern_name(&param.pat), ty: (*param.ty).clone(), cfg: cfg.cloned().collect() })
}

/// `#[allow(…)]` and `#[expect(…)]`, and that a tool which is deprecated is registered nevertheless.
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

/// `args` of `Parameters(args): Parameters<T>`: the one name in a pattern, or the pattern itself.
fn pattern_name(pat: &Pat) -> String {
    match pat {
        Pat::Ident(ident) => ident.ident.to_string(),
        Pat::TupleStruct(tuple) if tuple.elems.len() == 1 => {
            tuple.elems.first().map(pattern_name).unwrap_or_default()
        }
        Pat::Wild(_) => "_".to_owned(),
        other => other.span().source_text().unwrap_or_else(|| "…".to_owned()),
    }
}

/// The doc comment, as an expression: one literal, or a `concat!` where a part of it is computed.
fn docs(attrs: &[Attribute]) -> Option<TokenStream> {
    let values: Vec<&Expr> = attrs
        .iter()
        .filter(|attr| attr.path().is_ident("doc"))
        .filter_map(|attr| match &attr.meta {
            Meta::NameValue(pair) => Some(&pair.value),
            Meta::Path(_) | Meta::List(_) => None,
        })
        .collect();
    let (first, _) = values.split_first()?;
    let span = first.span();
    let lines: Vec<Line<'_>> = values.into_iter().map(Line::of).collect();
    let literal: Option<Vec<&str>> = lines.iter().map(Line::literal).collect();
    match literal {
        Some(lines) => {
            let text = LitStr::new(lines.join("\n").trim(), span);
            (!text.value().is_empty()).then(|| quote_spanned!(span=> #text))
        }
        None => Some(quote_spanned!(span=> ::core::concat!(#(#lines, "\n"),*).trim_ascii())),
    }
}

/// One line of a doc comment, or what computes some.
enum Line<'a> {
    Literal(String),
    Computed(&'a Expr),
}

impl<'a> Line<'a> {
    fn of(value: &'a Expr) -> Self {
        match value {
            Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) => {
                let line = line.value();
                Self::Literal(line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned())
            }
            other => Self::Computed(other),
        }
    }

    fn literal(&self) -> Option<&str> {
        match self {
            Self::Literal(line) => Some(line),
            Self::Computed(_) => None,
        }
    }
}

impl ToTokens for Line<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Literal(line) => line.to_tokens(tokens),
            Self::Computed(value) => value.to_tokens(tokens),
        }
    }
}

/// The name of the function as text, without the `r#` of a raw identifier.
pub(super) fn function_name(function: &ItemFn) -> String {
    function.sig.ident.unraw().to_string()
}

/// The parameters other than `self`.
pub(super) fn typed_params(function: &ItemFn) -> impl Iterator<Item = (&Pat, &Type)> {
    function.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(param) => Some((&*param.pat, &*param.ty)),
        FnArg::Receiver(_) => None,
    })
}

/// The name that a type ends in: `Parameters` of `rmcp::…::Parameters<T>`.
pub(super) fn last_segment(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}

/// `T` of `Name<T>`.
pub(super) fn generic_argument<'t>(ty: &'t Type, name: &str) -> Option<&'t Type> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last().filter(|segment| segment.ident == name)?;
    match &segment.arguments {
        syn::PathArguments::AngleBracketed(arguments) => match arguments.args.first() {
            Some(syn::GenericArgument::Type(ty)) => Some(ty),
            Some(_) | None => None,
        },
        syn::PathArguments::None | syn::PathArguments::Parenthesized(_) => None,
    }
}
