//! Requirements that say something else than they seem to, or nothing.

use proc_macro2::Span;

use crate::{
    diag::Diagnostics,
    item::{Words, args::Requirement},
};

/// The value of `requires`.
pub(super) fn check(requirement: &Requirement, words: &Words, diagnostics: &mut Diagnostics) {
    part(requirement, true, words, diagnostics);
}

fn part(requirement: &Requirement, outermost: bool, words: &Words, diagnostics: &mut Diagnostics) {
    let (word, span, parts) = match requirement {
        Requirement::Permission(name) => return named(name, words, diagnostics),
        Requirement::All(span, parts) => ("all", *span, parts.as_slice()),
        Requirement::Any(span, parts) => ("any", *span, parts.as_slice()),
    };
    match parts {
        [] => nothing(span, format_args!("`{word}()` names no permission"), words, diagnostics),
        [only] => of_one(word, span, only, outermost, diagnostics),
        [_, _, ..] => {}
    }
    stated_once(word, parts, diagnostics);
    within_itself(requirement, parts, diagnostics);
    without_effect(word, parts, diagnostics);
    for inner in parts {
        part(inner, false, words, diagnostics);
    }
}

// requires = ""
fn named(name: &syn::LitStr, words: &Words, diagnostics: &mut Diagnostics) {
    if name.value().is_empty() {
        nothing(name.span(), "the name of a permission cannot be empty", words, diagnostics);
    }
}

// all()
fn nothing(span: Span, what: impl std::fmt::Display, words: &Words, diagnostics: &mut Diagnostics) {
    let help = format!(
        "a {} that needs no permission is `authenticated` or `public = \"why this is safe\"`",
        words.noun
    );
    diagnostics.error_with_help(span, what, help);
}

// any("read_data")
fn of_one(word: &str, span: Span, only: &Requirement, outermost: bool, diagnostics: &mut Diagnostics) {
    let alone = match (outermost, only) {
        (false, _) => only.to_string(),
        (true, Requirement::Permission(_)) => format!("requires = {only}"),
        (true, Requirement::All(..) | Requirement::Any(..)) => format!("requires({only})"),
    };
    let help = format!("write `{alone}`, or add what is missing");
    diagnostics.error_with_help(span, format_args!("`{word}` of one changes nothing"), help);
}

// any("read_data", "read_data")
fn stated_once(word: &str, parts: &[Requirement], diagnostics: &mut Diagnostics) {
    let mut seen: Vec<String> = Vec::new();
    for part in parts {
        let text = match part {
            Requirement::Permission(name) => name.value(),
            Requirement::All(..) | Requirement::Any(..) => part.to_string(),
        };
        if seen.contains(&text) {
            diagnostics.error_with_help(
                span_of(part),
                format_args!("`{text}` stands in this `{word}` already"),
                "remove one of them",
            );
        }
        seen.push(text);
    }
}

// all("read_data", all("write_data", "delete_data"))
fn within_itself(outer: &Requirement, parts: &[Requirement], diagnostics: &mut Diagnostics) {
    for part in parts {
        let (word, span) = match (outer, part) {
            // of fewer than two parts it has been reported
            (Requirement::All(..), Requirement::All(span, inner)) if inner.len() > 1 => ("all", span),
            (Requirement::Any(..), Requirement::Any(span, inner)) if inner.len() > 1 => ("any", span),
            _ => continue,
        };
        diagnostics.error_with_help(
            *span,
            format_args!("`{word}` directly within `{word}` changes nothing"),
            format_args!("write its parts into the outer `{word}`"),
        );
    }
}

// any("read_data", all("read_data", "write_data"))
// all("read_data", any("read_data", "write_data"))
fn without_effect(word: &str, parts: &[Requirement], diagnostics: &mut Diagnostics) {
    for part in parts {
        let (Requirement::All(_, inner) | Requirement::Any(_, inner)) = part else { continue };
        let shared = inner.iter().find_map(|permission| match permission {
            Requirement::Permission(name) => parts
                .iter()
                .any(|other| matches!(other, Requirement::Permission(alone) if alone.value() == name.value()))
                .then_some(name),
            Requirement::All(..) | Requirement::Any(..) => None,
        });
        let Some(name) = shared else { continue };
        // of the same word it has been reported: it is superfluous as a whole
        match (word, part) {
            ("any", Requirement::All(..)) => diagnostics.error_with_help(
                name.span(),
                format_args!("`{}` is enough by itself, so this `all` decides nothing", name.value()),
                format_args!("remove the `all`, or `{}` outside of it", name.value()),
            ),
            ("all", Requirement::Any(..)) => diagnostics.error_with_help(
                name.span(),
                format_args!("`{}` is needed anyway, so this `any` decides nothing", name.value()),
                format_args!("remove the `any`, or `{}` outside of it", name.value()),
            ),
            _ => {}
        }
    }
}

fn span_of(requirement: &Requirement) -> Span {
    match requirement {
        Requirement::Permission(name) => name.span(),
        Requirement::All(span, _) | Requirement::Any(span, _) => *span,
    }
}
