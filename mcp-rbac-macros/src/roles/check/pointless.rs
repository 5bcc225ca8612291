//! Invariants that no change of the policy could ever break, or that say again what another one says.

use std::collections::{HashMap, HashSet};

use crate::{
    diag::{Diagnostics, listed},
    roles::{
        model::{Invariant, Model},
        parse::{Input, InvariantKind},
    },
};

// never readonly {};            only admin {};            exclusive {};
pub(super) fn empty(input: &Input, diagnostics: &mut Diagnostics) {
    let complete = input.invariants.iter().filter(|invariant| invariant.is_complete);
    for invariant in complete.filter(|invariant| invariant.permissions.is_empty()) {
        let word = invariant.kind.word();
        diagnostics.error_with_help(
            invariant.span,
            format_args!("this `{word}` names no permissions, so nothing can ever break it"),
            "name the permissions it is about, or remove it",
        );
    }
}

// exclusive { create_payment };
pub(super) fn exclusive_of_one(input: &Input, diagnostics: &mut Diagnostics) {
    let complete = input.invariants.iter().filter(|invariant| invariant.is_complete);
    for invariant in complete.filter(|invariant| invariant.kind == InvariantKind::Exclusive) {
        if let [only] = invariant.permissions.as_slice() {
            diagnostics.error_with_help(
                only.span,
                "`exclusive` of one permission can never be broken",
                "name at least two that no role may reach together",
            );
        }
    }
}

// roles { admin { … } readonly { … } }            only admin, readonly { delete_data };
pub(super) fn only_names_every_role(model: &Model<'_>, input: &Input, diagnostics: &mut Diagnostics) {
    if input.lost.roles {
        return;
    }
    for invariant in of_kind(model, InvariantKind::Only) {
        if invariant.roles.len() == input.roles.len() {
            diagnostics.error_with_help(
                invariant.span,
                "this `only` names every role, so nothing can ever break it",
                "leave out the roles that must not reach the permissions, or remove it",
            );
        }
    }
}

// only admin { delete_data };            only admin, auditor { delete_data };
pub(super) fn second_only(model: &Model<'_>, diagnostics: &mut Diagnostics) {
    let mut seen = HashSet::new();
    for invariant in of_kind(model, InvariantKind::Only) {
        for permission in invariant.permissions.iter().filter(|link| !seen.insert(link.to)) {
            let name = model.permission_name(permission.to);
            diagnostics.error_with_help(
                permission.span,
                format_args!("there is an `only` for `{name}` already"),
                "one `only` names every role that may reach a permission",
            );
        }
    }
}

// never readonly { write_data };            never readonly { write_data, delete_data };
pub(super) fn never_twice(model: &Model<'_>, diagnostics: &mut Diagnostics) {
    let mut seen = HashSet::new();
    for invariant in of_kind(model, InvariantKind::Never) {
        for permission in &invariant.permissions {
            for role in invariant.roles.iter().filter(|role| !seen.insert((role.to, permission.to))) {
                let (role, name) = (model.role_name(role.to), model.permission_name(permission.to));
                diagnostics.error_with_help(
                    permission.span,
                    format_args!("another `never` keeps `{role}` from `{name}` already"),
                    "remove one of them",
                );
            }
        }
    }
}

// only admin { delete_data };            never readonly { delete_data };
pub(super) fn never_implied_by_only(model: &Model<'_>, diagnostics: &mut Diagnostics) {
    let mut allowed: HashMap<usize, &Invariant> = HashMap::new();
    for invariant in of_kind(model, InvariantKind::Only) {
        for permission in invariant.permissions.iter().filter(|_| invariant.knows_roles) {
            allowed.entry(permission.to).or_insert(invariant);
        }
    }
    for invariant in of_kind(model, InvariantKind::Never) {
        for permission in &invariant.permissions {
            let Some(only) = allowed.get(&permission.to) else { continue };
            let may = |role: usize| only.roles.iter().any(|link| link.to == role);
            for role in invariant.roles.iter().filter(|role| !may(role.to)) {
                let (role, name) = (model.role_name(role.to), model.permission_name(permission.to));
                let may = listed(only.roles.iter().map(|link| model.role_name(link.to)));
                diagnostics.error_with_help(
                    permission.span,
                    format_args!("an `only` keeps `{role}` from `{name}` already: only {may} may reach it"),
                    "remove it from this `never`",
                );
            }
        }
    }
}

// exclusive { a, b };            exclusive { a, b, c };
pub(super) fn exclusive_within_another(model: &Model<'_>, diagnostics: &mut Diagnostics) {
    let sets: Vec<&Invariant> = of_kind(model, InvariantKind::Exclusive).collect();
    let within = |small: &Invariant, large: &Invariant| {
        small.permissions.iter().all(|link| large.permissions.iter().any(|other| other.to == link.to))
    };
    for (at, small) in sets.iter().enumerate() {
        let covered = sets.iter().enumerate().any(|(other_at, large)| {
            let is_other = at != other_at && small.permissions.len() > 1;
            // of two equal sets the later one is the repetition
            is_other && within(small, large) && (at > other_at || !within(large, small))
        });
        if covered {
            diagnostics.error_with_help(
                small.span,
                "another `exclusive` names all of these permissions already",
                "remove this one",
            );
        }
    }
}

fn of_kind<'m>(model: &'m Model<'_>, kind: InvariantKind) -> impl Iterator<Item = &'m Invariant> {
    model.invariants.iter().filter(move |invariant| invariant.kind == kind)
}
