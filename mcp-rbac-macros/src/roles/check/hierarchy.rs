//! Who inherits from whom, which scope covers which, and whether every permission has somebody.

use std::collections::HashSet;

use super::references::Permissions;
use crate::{
    diag::{Diagnostics, nearest},
    roles::{
        model::{Cycle, Model},
        parse::{Input, ModifierKind},
    },
};

// admin: admin { … }            a: b { … } b: a { … }
pub(super) fn inheritance_cycle(model: &Model<'_>, diagnostics: &mut Diagnostics) {
    for cycle in &model.inheritance_cycles {
        let names = names(cycle, |index| model.role_name(index));
        match names.as_slice() {
            [role] => diagnostics.error(cycle.span, format_args!("role `{role}` inherits itself")),
            _ => diagnostics
                .error(cycle.span, format_args!("roles inherit in a cycle: {}", around(&names, "inherits"))),
        }
    }
}

// read_data: implies(read_data)            a: implies(b), b: implies(a)
pub(super) fn implies_cycle(model: &Model<'_>, diagnostics: &mut Diagnostics) {
    for cycle in &model.implies_cycles {
        let names = names(cycle, |index| model.permission_name(index));
        match names.as_slice() {
            [name] => diagnostics.error(cycle.span, format_args!("permission `{name}` implies itself")),
            _ => diagnostics.error(
                cycle.span,
                format_args!("scopes imply each other in a cycle: {}", around(&names, "implies")),
            ),
        }
    }
}

fn names<'a>(cycle: &Cycle, name: impl Fn(usize) -> &'a str) -> Vec<&'a str> {
    cycle.nodes.iter().map(|&index| name(index)).collect()
}

/// `` `a` inherits `b`, which inherits `a` ``
fn around(names: &[&str], verb: &str) -> String {
    let names = names.iter().chain(names.first());
    let words: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match words.split_first() {
        Some((first, rest)) => format!("{first} {verb} {}", rest.join(&format!(", which {verb} "))),
        None => String::new(),
    }
}

// permissions { read_data, delete_data } roles { readonly { read_data } }
pub(super) fn granted_to_nobody(model: &Model<'_>, input: &Input, diagnostics: &mut Diagnostics) {
    let known = Permissions::of(input);
    let mut granted: HashSet<&str> = HashSet::new();
    let mut unclear = input.lost.grants;
    for grant in input.roles.iter().flat_map(|role| &role.grants) {
        if known.declares(grant) {
            granted.insert(&grant.text);
        } else if let Some(meant) = known.meant(grant) {
            granted.insert(meant);
        } else {
            unclear = true;
        }
    }
    // without roles, or with a grant that may mean any permission, this would report one mistake many times
    if unclear || input.roles.is_empty() {
        return;
    }
    // a modifier that was not understood may be the one that says so
    for permission in model.permissions.iter().filter(|permission| permission.is_clear) {
        let name = permission.name.text.as_str();
        if permission.unassigned.is_some() || granted.contains(name) {
            continue;
        }
        let misspelt = permission.follows_modifiers.then(|| nearest(name, ModifierKind::WORDS)).flatten();
        diagnostics.error_with_help(
            permission.name.span,
            format_args!("no role grants `{name}`"),
            match misspelt {
                Some(modifier) => format!("did you mean the modifier `{modifier}`?"),
                None => {
                    format!("grant it to a role, or declare that nobody has it yet: `{name}: unassigned`")
                }
            },
        );
    }
}

// delete_data: unassigned            and a role that grants it
pub(super) fn unassigned_but_granted(model: &Model<'_>, diagnostics: &mut Diagnostics) {
    for (index, permission) in model.permissions.iter().enumerate() {
        let Some(span) = permission.unassigned else { continue };
        let granting = model.roles.iter().find(|role| role.grants.iter().any(|link| link.to == index));
        if let Some(role) = granting {
            diagnostics.error_with_help(
                span,
                format_args!("`{}` is not unassigned: `{}` grants it", permission.name.text, role.name.text),
                "remove the modifier or the grant",
            );
        }
    }
}
