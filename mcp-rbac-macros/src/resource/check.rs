//! What only a resource can get wrong.

use syn::{FnArg, ItemFn, Type, spanned::Spanned};

use super::{Resource, Uri, mime_type};
use crate::{
    diag::{Diagnostics, listed, nearest},
    item::{
        args::{Args, Completion},
        last_segment, plain_name, typed_params,
    },
};

pub(super) fn check(args: &Args<Resource>, function: &ItemFn, diagnostics: &mut Diagnostics) {
    let Resource { uri, mime_type, completions } = &args.own;
    name(args, diagnostics);
    if let Some(mime_type) = mime_type {
        mime_type::check(mime_type, diagnostics);
    }
    let takes_no_arguments = no_arguments(function, uri.as_ref(), diagnostics);
    let Some(uri) = uri else { return uri_is_given(args, function, diagnostics) };
    // who takes arguments has put the variables there, which has been reported
    if takes_no_arguments && every_variable_is_taken(uri, function, diagnostics) {
        every_plain_value_is_a_variable(uri, function, diagnostics);
    }
    variables_are_there_always(uri, function, diagnostics);
    completed_variables_exist(uri, completions, diagnostics);
}

// #[resource(requires = "read_data")]
fn uri_is_given(args: &Args<Resource>, function: &ItemFn, diagnostics: &mut Diagnostics) {
    // one that could not be read has been reported
    if args.says(&["uri"]) && !diagnostics.is_empty() {
        return;
    }
    diagnostics.error_with_help(
        function.sig.ident.span(),
        format_args!("resource `{}` has no uri", function.sig.ident),
        "write `uri = \"records://all\"`, or `uri = \"records://{id}\"` for many of a kind",
    );
}

// #[resource(uri = "records://all", name = "")]
fn name(args: &Args<Resource>, diagnostics: &mut Diagnostics) {
    let Some(name) = &args.name else { return };
    let text = name.value();
    if text.trim().is_empty() {
        diagnostics.error_with_help(
            name.span(),
            "the name of a resource cannot be empty",
            "leave `name` out to take the name of the function",
        );
    } else if let Some(bad) = text.chars().find(|letter| letter.is_control()) {
        diagnostics.error_with_help(
            name.span(),
            format_args!("a resource name cannot contain `{}`", bad.escape_debug()),
            "write it on one line",
        );
    }
}

// #[resource(uri = "records://{id}")]
// fn record(key: Parameters<Key>) {}
fn no_arguments(function: &ItemFn, uri: Option<&Uri>, diagnostics: &mut Diagnostics) -> bool {
    let sets: Vec<&Type> = typed_params(function)
        .map(|(_, ty)| ty)
        .filter(|ty| {
            last_segment(ty).is_some_and(|name| ["Parameters", "JsonObject"].iter().any(|set| name == set))
        })
        .collect();
    let help = match uri.and_then(|uri| uri.variables.first()) {
        Some(variable) => format!("write `{variable}: String`, or another type, for `{{{variable}}}`"),
        None => "this uri has none: write one into it, like `{id}`, or leave the parameter out".to_owned(),
    };
    for ty in &sets {
        let what = "a resource takes the variables of its uri as parameters of their own";
        diagnostics.error_with_help(ty.span(), what, &help);
    }
    sets.is_empty()
}

// #[resource(uri = "records://{id}")]
// fn record(idd: u64) {}
fn every_variable_is_taken(uri: &Uri, function: &ItemFn, diagnostics: &mut Diagnostics) -> bool {
    let names: Vec<String> = function.sig.inputs.iter().filter_map(plain_name).collect();
    let free = || names.iter().filter(|name| !uri.variables.contains(name)).map(String::as_str);
    let left: Vec<&String> = uri.variables.iter().filter(|variable| !names.contains(variable)).collect();
    for variable in &left {
        let help = match nearest(variable, free()) {
            Some(near) => format!("a parameter with a similar name exists: `{near}`"),
            None => format!("add a parameter to the function: `{variable}: String`, or of another type"),
        };
        let what = format!("no parameter takes the variable `{variable}`");
        diagnostics.error_with_help(uri.literal.span(), what, help);
    }
    left.is_empty()
}

// #[resource(uri = "records://all")]
// fn record(id: u64) {}
fn every_plain_value_is_a_variable(uri: &Uri, function: &ItemFn, diagnostics: &mut Diagnostics) {
    // nothing but a variable can be one of these
    const PLAIN: [&str; 17] = [
        "String", "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16",
        "u32", "u64", "u128", "usize",
    ];
    for input in &function.sig.inputs {
        let (FnArg::Typed(param), Some(name)) = (input, plain_name(input)) else { continue };
        let is_plain =
            matches!(&*param.ty, Type::Path(ty) if PLAIN.iter().any(|plain| ty.path.is_ident(plain)));
        if is_plain && !uri.variables.contains(&name) {
            diagnostics.error_with_help(
                param.pat.span(),
                format_args!("the uri has no variable `{name}`"),
                format_args!("write `{{{name}}}` into the uri, or leave the parameter out"),
            );
        }
    }
}

// #[resource(uri = "records://{id}")]
// fn record(#[cfg(unix)] id: u64) {}
fn variables_are_there_always(uri: &Uri, function: &ItemFn, diagnostics: &mut Diagnostics) {
    for input in &function.sig.inputs {
        let FnArg::Typed(param) = input else { continue };
        let Some(name) = plain_name(input).filter(|name| uri.variables.contains(name)) else { continue };
        for condition in param.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg")) {
            diagnostics.error_with_help(
                condition.path().span(),
                format_args!("the variable `{name}` would be taken under a condition only"),
                "put the condition on the whole function",
            );
        }
    }
}

// #[resource(uri = "records://{id}", complete(idd = ids))]
// #[resource(uri = "records://all", complete(id = ids))]
fn completed_variables_exist(uri: &Uri, completions: &[Completion], diagnostics: &mut Diagnostics) {
    let variables = || uri.variables.iter().map(String::as_str);
    for Completion { argument, span, .. } in completions {
        if uri.variables.contains(argument) {
            continue;
        }
        let help = match nearest(argument, variables()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if uri.variables.is_empty() => "it has none, so leave `complete` out".to_owned(),
            None => format!("it has {}", listed(variables())),
        };
        diagnostics.error_with_help(*span, format_args!("the uri has no variable `{argument}`"), help);
    }
}
