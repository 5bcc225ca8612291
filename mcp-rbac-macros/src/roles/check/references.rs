//! Names that refer to nothing.

use std::collections::{HashMap, HashSet};

use crate::{
    diag::{Diagnostics, listed, nearest},
    roles::parse::{Input, Name},
};

// write_data: implies(raed_data)
pub(super) fn implied_scope(input: &Input, diagnostics: &mut Diagnostics) {
    let known = Permissions::of(input);
    let modifiers = input.permissions.iter().flat_map(|permission| &permission.modifiers);
    known.check(modifiers.flat_map(|modifier| &modifier.implies), diagnostics);
}

// readonly { raed_data }            readonly { "data:read" }
pub(super) fn grant(input: &Input, diagnostics: &mut Diagnostics) {
    Permissions::of(input).check(input.roles.iter().flat_map(|role| &role.grants), diagnostics);
}

// analyst: readnoly { … }
pub(super) fn inheritance(input: &Input, diagnostics: &mut Diagnostics) {
    check_roles(input, input.roles.iter().flat_map(|role| &role.juniors), diagnostics);
}

// never readnoly { delet_data };
pub(super) fn in_invariant(input: &Input, diagnostics: &mut Diagnostics) {
    check_roles(input, input.invariants.iter().flat_map(|invariant| &invariant.roles), diagnostics);
    Permissions::of(input)
        .check(input.invariants.iter().flat_map(|invariant| &invariant.permissions), diagnostics);
}

/// The declared permissions by both of their names.
pub(super) struct Permissions<'a> {
    input: &'a Input,
    by_name: HashMap<&'a str, &'a str>,
    by_wire_name: HashMap<&'a str, &'a str>,
}

impl<'a> Permissions<'a> {
    pub(super) fn of(input: &'a Input) -> Self {
        let (mut by_name, mut by_wire_name) = (HashMap::new(), HashMap::new());
        for permission in &input.permissions {
            let name = permission.name.text.as_str();
            by_name.insert(name, name);
            by_wire_name.insert(permission.wire.text.as_str(), name);
        }
        Self { input, by_name, by_wire_name }
    }

    pub(super) fn declares(&self, name: &Name) -> bool {
        !name.is_string && self.by_name.contains_key(name.text.as_str())
    }

    /// The Rust name of the permission that an undeclared name most likely means.
    pub(super) fn meant(&self, name: &Name) -> Option<&'a str> {
        let text = name.text.as_str();
        let exact = self.by_wire_name.get(text).or_else(|| self.by_name.get(text));
        exact.copied().or_else(|| nearest(text, self.input.permissions.iter().map(|p| p.name.text.as_str())))
    }

    fn check<'n>(&self, names: impl Iterator<Item = &'n Name>, diagnostics: &mut Diagnostics) {
        for name in names.filter(|name| !self.declares(name)) {
            self.report(name, diagnostics);
        }
    }

    fn report(&self, name: &Name, diagnostics: &mut Diagnostics) {
        let text = name.text.as_str();
        if let Some(rust_name) = self.by_wire_name.get(text).or_else(|| self.by_name.get(text)) {
            let message = format!("expected the Rust name of a permission, found its wire name `{text}`");
            return match text == *rust_name {
                true => diagnostics.error_with_help(
                    name.span,
                    "expected the name of a permission, found a string",
                    format_args!("write it without quotes: `{rust_name}`"),
                ),
                false => {
                    diagnostics.error_with_help(name.span, message, format_args!("write `{rust_name}` here"));
                }
            };
        }
        // it may have been declared where a syntax error has swallowed the declaration
        if self.input.lost.permissions {
            return;
        }
        let help = if let Some(near) = self.meant(name) {
            format!("a permission with a similar name exists: `{near}`")
        } else if self.input.roles.iter().any(|role| role.name.text == text) {
            format!("`{text}` is a role; a role inherits it with a colon: `senior: {text} {{ … }}`")
        } else {
            let mut seen = HashSet::new();
            let declared = self.input.permissions.iter().map(|permission| permission.name.text.as_str());
            match listed(declared.filter(|name| seen.insert(*name))) {
                none if none.is_empty() => "no permissions are declared".to_owned(),
                declared => format!("declared are {declared}"),
            }
        };
        diagnostics.error_with_help(name.span, format_args!("permission `{text}` is not declared"), help);
    }
}

fn check_roles<'n>(input: &Input, names: impl Iterator<Item = &'n Name>, diagnostics: &mut Diagnostics) {
    let declared = || input.roles.iter().map(|role| role.name.text.as_str());
    let known: HashSet<&str> = declared().collect();
    for name in names {
        let text = name.text.as_str();
        if known.contains(text) {
            if name.is_string {
                diagnostics.error_with_help(
                    name.span,
                    "expected the name of a role, found a string",
                    format_args!("write it without quotes: `{text}`"),
                );
            }
            continue;
        }
        if input.lost.roles {
            continue;
        }
        let help = if let Some(near) = nearest(text, declared()) {
            format!("a role with a similar name exists: `{near}`")
        } else if input.permissions.iter().any(|permission| permission.name.text == text) {
            format!("`{text}` is a permission; permissions stand in the braces")
        } else {
            match listed(declared()) {
                none if none.is_empty() => "no roles are declared".to_owned(),
                declared => format!("declared are {declared}"),
            }
        };
        diagnostics.error_with_help(name.span, format_args!("role `{text}` is not declared"), help);
    }
}
