//! What can be read off the signature of a function.

use syn::{FnArg, Ident, ItemFn, Pat, Type, ext::IdentExt, spanned::Spanned};

/// The name of the function as text, without the `r#` of a raw identifier.
pub(crate) fn function_name(function: &ItemFn) -> String {
    function.sig.ident.unraw().to_string()
}

/// The parameters other than `self`.
pub(crate) fn typed_params(function: &ItemFn) -> impl Iterator<Item = (&Pat, &Type)> {
    function.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(param) => Some((&*param.pat, &*param.ty)),
        FnArg::Receiver(_) => None,
    })
}

/// The name that a type ends in: `Parameters` of `rmcp::…::Parameters<T>`.
pub(crate) fn last_segment(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}

/// `T` of `Name<T>`.
pub(crate) fn generic_argument<'t>(ty: &'t Type, name: &str) -> Option<&'t Type> {
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

/// The parameter's name where its pattern is nothing but that, without the `r#` of a raw identifier.
pub(crate) fn plain_name(param: &FnArg) -> Option<String> {
    match param {
        FnArg::Typed(param) => match &*param.pat {
            Pat::Ident(pattern) if pattern.subpat.is_none() => Some(pattern.ident.unraw().to_string()),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    }
}

/// `args` of `Parameters(args): Parameters<T>`: the one name in a pattern, or the pattern itself.
pub(super) fn pattern_name(pat: &Pat) -> String {
    match pat {
        Pat::Ident(ident) => ident.ident.to_string(),
        Pat::TupleStruct(tuple) if tuple.elems.len() == 1 => {
            tuple.elems.first().map(pattern_name).unwrap_or_default()
        }
        Pat::Wild(_) => "_".to_owned(),
        other => other.span().source_text().unwrap_or_else(|| "…".to_owned()),
    }
}
