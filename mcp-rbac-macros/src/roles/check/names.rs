//! Each declaration by itself.

use proc_macro2::Span;

use crate::{
    diag::{Diagnostics, nearest},
    roles::{
        ident,
        parse::{Input, ModifierKind, Name, Section},
    },
};

// roles! {}
pub(super) fn nothing(input: &Input, diagnostics: &mut Diagnostics) {
    if input.sections.is_empty() && !input.lost.permissions {
        diagnostics.error_with_help(
            Span::call_site(),
            "the policy declares nothing",
            "write `permissions { read_data } roles { readonly { read_data } }`, say",
        );
    }
}

// permissions {}
pub(super) fn no_permissions(input: &Input, diagnostics: &mut Diagnostics) {
    if let Some(span) = input.section_span(Section::Permissions)
        && input.permissions.is_empty()
        && !input.lost.permissions
    {
        diagnostics.error_with_help(
            span,
            "the policy declares no permissions",
            "declare at least one: `permissions { read_data }`",
        );
    }
}

// permissions { read_data }            and no `roles` at all
pub(super) fn no_roles(input: &Input, diagnostics: &mut Diagnostics) {
    if let Some(span) = input.section_span(Section::Roles)
        && input.roles.is_empty()
        && !input.lost.roles
    {
        diagnostics.error_with_help(
            span,
            "the policy declares no roles",
            "declare at least one: `roles { readonly { read_data } }`",
        );
    }
}

// more declarations than an index can count
pub(super) fn too_many(input: &Input, diagnostics: &mut Diagnostics) {
    let most = usize::from(u16::MAX);
    for (section, count) in
        [(Section::Permissions, input.permissions.len()), (Section::Roles, input.roles.len())]
    {
        if let Some(span) = input.section_span(section)
            && count > most
        {
            let name = section.name();
            diagnostics.error(span, format_args!("a policy has at most {most} {name}, this one {count}"));
        }
    }
}

// type,          "x" as crate,          self_,          _1,          baseline
pub(super) fn unusable_permission(input: &Input, diagnostics: &mut Diagnostics) {
    for permission in &input.permissions {
        if let Some(problem) = permission_name_problem(&permission.name) {
            let wire = &permission.wire.text;
            let instead = format!("{}_", permission.name.text.trim_matches('_'));
            let help = match ident::variant(&instead) {
                fits if ident::is_identifier(&fits) => {
                    format!("give it another Rust name: `\"{wire}\" as {instead}`")
                }
                keyword if ident::is_keyword(&keyword) => "give it another Rust name".to_owned(),
                _ => "give it a Rust name that begins with a letter".to_owned(),
            };
            diagnostics.error_with_help(permission.name.span, problem, help);
        }
    }
}

/// Why a name cannot be the Rust name of a permission.
pub(super) fn permission_name_problem(name: &Name) -> Option<String> {
    let text = &name.text;
    let variant = ident::variant(text);
    if ident::is_keyword(text) && !name.is_raw {
        Some(format!("`{text}` is a Rust keyword and cannot name a permission"))
    } else if ModifierKind::of(text).is_some() {
        Some(format!("`{text}` is a modifier and cannot name a permission"))
    } else {
        variant_problem(text, &variant)
    }
}

// self { … }            _1 { … }
pub(super) fn unusable_role(input: &Input, diagnostics: &mut Diagnostics) {
    for role in &input.roles {
        if let Some(problem) = variant_problem(&role.name.text, &ident::variant(&role.name.text)) {
            diagnostics.error_with_help(role.name.span, problem, "give the role another name");
        }
    }
}

/// Why a name cannot be made into a variant.
pub(super) fn variant_problem(name: &str, variant: &str) -> Option<String> {
    if ident::is_keyword(variant) {
        Some(format!("`{name}` would become the variant `{variant}`, which is a Rust keyword"))
    } else if !ident::is_identifier(variant) {
        Some(format!("`{name}` cannot be made into the name of a variant"))
    } else {
        None
    }
}

// "" as read_data
pub(super) fn empty_wire_name(input: &Input, diagnostics: &mut Diagnostics) {
    for permission in input.permissions.iter().filter(|permission| permission.wire.text.is_empty()) {
        let name = &permission.name.text;
        diagnostics.error_with_help(
            permission.wire.span,
            format_args!("the wire name of `{name}` is empty"),
            format_args!("write `{name}` alone if the Rust name is to be the wire name"),
        );
    }
}

// "read data" as read_data            données
pub(super) fn no_scope_token(input: &Input, diagnostics: &mut Diagnostics) {
    for permission in &input.permissions {
        let wire = &permission.wire.text;
        let Some(character) = ident::no_scope_character(wire) else { continue };
        let character = match character {
            ' ' => "a space".to_owned(),
            control if control.is_control() => format!("`{}`", control.escape_debug()),
            other => format!("`{other}`"),
        };
        diagnostics.error_with_help(
            permission.wire.span,
            format_args!("`{wire}` is no wire name: {character} cannot stand in an OAuth scope"),
            match permission.wire.is_string {
                true => "a scope consists of visible ASCII characters other than `\"` and `\\`".to_owned(),
                false => format!("give it a wire name in ASCII: `\"…\" as {wire}`"),
            },
        );
    }
}

// delete_data: destrucive
pub(super) fn unknown_modifier(input: &Input, diagnostics: &mut Diagnostics) {
    for modifier in input.permissions.iter().flat_map(|permission| &permission.modifiers) {
        let word = &modifier.word;
        if ModifierKind::of(word).is_some() {
            continue;
        }
        diagnostics.error_with_help(
            modifier.span,
            format_args!("unknown modifier `{word}`"),
            match nearest(word, ModifierKind::WORDS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "modifiers are `destructive`, `baseline`, `unassigned` and `implies(…)`".to_owned(),
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roles::parse;

    #[test]
    fn more_permissions_than_an_index_can_count_are_refused() {
        let complaints = |count: u32| {
            let names: Vec<String> = (0..count).map(|number| format!("p{number}")).collect();
            let text = format!("(rt) permissions {{ {} }} roles {{ all {{}} }}", names.join(","));
            let mut diagnostics = Diagnostics::default();
            let input = parse::input(text.parse().unwrap(), &mut diagnostics);
            too_many(&input, &mut diagnostics);
            diagnostics.into_compile_errors().to_string()
        };
        assert_eq!(complaints(65_535), "");
        assert!(complaints(65_536).contains("a policy has at most 65535 permissions, this one 65536"));
    }
}
