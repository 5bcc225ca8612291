//! What is stated twice.

use std::collections::{HashMap, HashSet};

use super::names::{permission_name_problem, variant_problem};
use crate::{
    diag::Diagnostics,
    roles::{
        ident,
        parse::{Input, Name},
    },
};

// permissions { … } permissions { … }
pub(super) fn section(input: &Input, diagnostics: &mut Diagnostics) {
    let mut seen = Vec::new();
    for (section, span) in &input.sections {
        if seen.contains(section) {
            diagnostics.error_with_help(
                *span,
                format_args!("section `{}` appears twice", section.name()),
                "merge the two",
            );
        }
        seen.push(*section);
    }
}

// permissions { read_data, read_data }
pub(super) fn permission(input: &Input, diagnostics: &mut Diagnostics) {
    for again in repetitions(input.permissions.iter().map(|permission| &permission.name)) {
        diagnostics.error(again.span, format_args!("permission `{}` is declared twice", again.text));
    }
}

// "data:read" as read_data, "data:read" as fetch_data
pub(super) fn wire_name(input: &Input, diagnostics: &mut Diagnostics) {
    let mut owners = HashMap::new();
    for permission in &input.permissions {
        let (wire, name) = (&permission.wire.text, &permission.name.text);
        let owner = *owners.entry(wire.as_str()).or_insert(name);
        // two equal Rust names are one mistake, reported as such
        if owner != name && !wire.is_empty() {
            diagnostics.error(
                permission.wire.span,
                format_args!("wire name `{wire}` already belongs to permission `{owner}`"),
            );
        }
    }
}

// read_data, readData            both become `Permission::ReadData`
pub(super) fn permission_variant(input: &Input, diagnostics: &mut Diagnostics) {
    let usable = input.permissions.iter().map(|permission| &permission.name);
    let usable = usable.filter(|name| permission_name_problem(name).is_none());
    one_identifier("Permission", usable, diagnostics);
}

// roles { admin { … } admin { … } }
pub(super) fn role(input: &Input, diagnostics: &mut Diagnostics) {
    for again in repetitions(input.roles.iter().map(|role| &role.name)) {
        diagnostics.error_with_help(
            again.span,
            format_args!("role `{}` is declared twice", again.text),
            "write all its grants into one pair of braces",
        );
    }
}

// roles { read_only { … } readOnly { … } }            both become `Role::ReadOnly`
pub(super) fn role_variant(input: &Input, diagnostics: &mut Diagnostics) {
    let usable = input.roles.iter().map(|role| &role.name);
    let usable = usable.filter(|name| variant_problem(&name.text, &ident::variant(&name.text)).is_none());
    one_identifier("Role", usable, diagnostics);
}

fn one_identifier<'a>(
    enumeration: &str,
    names: impl Iterator<Item = &'a Name>,
    diagnostics: &mut Diagnostics,
) {
    let mut owners = HashMap::new();
    for name in names {
        let variant = ident::variant(&name.text);
        let owner: &str = owners.entry(variant.clone()).or_insert(&name.text);
        if owner != name.text {
            diagnostics.error_with_help(
                name.span,
                format_args!("`{}` and `{owner}` both become `{enumeration}::{variant}`", name.text),
                "rename one of them",
            );
        }
    }
}

// delete_data: destructive, destructive
pub(super) fn modifier(input: &Input, diagnostics: &mut Diagnostics) {
    for permission in &input.permissions {
        let mut seen = Vec::new();
        for modifier in &permission.modifiers {
            let Some(kind) = modifier.kind else { continue };
            if seen.contains(&kind) {
                diagnostics.error(modifier.span, format_args!("modifier `{}` is given twice", modifier.word));
            }
            seen.push(kind);
        }
    }
}

// write_data: implies(read_data, read_data)
pub(super) fn implied_scope(input: &Input, diagnostics: &mut Diagnostics) {
    for permission in &input.permissions {
        for again in permission.modifiers.iter().flat_map(|modifier| repetitions(&modifier.implies)) {
            let (name, again_name) = (&permission.name.text, &again.text);
            diagnostics.error(again.span, format_args!("`{name}` implies `{again_name}` twice"));
        }
    }
}

// readonly { read_data, read_data }
//
// That a role grants what it inherits as well is no mistake: the grant stays when the inheritance goes.
pub(super) fn grant(input: &Input, diagnostics: &mut Diagnostics) {
    for role in &input.roles {
        for again in repetitions(&role.grants) {
            diagnostics.error(again.span, format_args!("`{}` grants `{}` twice", role.name.text, again.text));
        }
    }
}

// admin: readonly, readonly { … }
pub(super) fn inheritance(input: &Input, diagnostics: &mut Diagnostics) {
    for role in &input.roles {
        for again in repetitions(&role.juniors) {
            diagnostics
                .error(again.span, format_args!("`{}` inherits `{}` twice", role.name.text, again.text));
        }
    }
}

// never readonly, readonly { write_data };            only admin { delete_data, delete_data };
pub(super) fn in_invariant(input: &Input, diagnostics: &mut Diagnostics) {
    for invariant in &input.invariants {
        for again in repetitions(&invariant.roles).chain(repetitions(&invariant.permissions)) {
            let word = invariant.kind.word();
            diagnostics.error(again.span, format_args!("this `{word}` names `{}` twice", again.text));
        }
    }
}

/// Every name that stood before.
fn repetitions<'a>(names: impl IntoIterator<Item = &'a Name>) -> impl Iterator<Item = &'a Name> {
    let mut seen = HashSet::new();
    names.into_iter().filter(move |name| !seen.insert(&name.text))
}
