//! Roles that break an invariant, themselves or through what they inherit.
//!
//! The error stands where the role comes to the permission: on its grant, or on the role it inherits from. Only the
//! roles that break the invariant by themselves are named, not those that inherit from them.

use proc_macro2::Span;

use crate::{
    diag::{Diagnostics, listed},
    roles::{
        model::{Invariant, Model},
        parse::InvariantKind,
    },
};

// never readonly { write_data };            and readonly, or a role it inherits from, grants write_data
pub(super) fn never(model: &Model<'_>, diagnostics: &mut Diagnostics) {
    for invariant in of_kind(model, InvariantKind::Never) {
        let named: Vec<usize> = invariant.roles.iter().map(|link| link.to).collect();
        for breach in breaches(model, invariant, &named) {
            let role = model.role_name(breach.role());
            diagnostics.error_with_help(
                breach.span,
                format_args!("`{role}` must never reach {}, but {}", breach.names(model), breach.way(model)),
                format_args!(
                    "remove the {}, or the invariant `never {role} {{ {} }}`",
                    breach.what(),
                    breach.plain_names(model)
                ),
            );
        }
    }
}

// only admin { delete_data };            and another role reaches delete_data, a senior of admin included
pub(super) fn only(model: &Model<'_>, diagnostics: &mut Diagnostics) {
    // with an unknown name in it, the list of those who may is not what was meant
    for invariant in of_kind(model, InvariantKind::Only).filter(|invariant| invariant.knows_roles) {
        let named: Vec<usize> = invariant.roles.iter().map(|link| link.to).collect();
        let others: Vec<usize> = (0..model.roles.len()).filter(|role| !named.contains(role)).collect();
        for breach in breaches(model, invariant, &others) {
            let role = model.role_name(breach.role());
            diagnostics.error_with_help(
                breach.span,
                format_args!(
                    "only {} may reach {}, but `{role}` {}",
                    listed(named.iter().map(|&role| model.role_name(role))),
                    breach.names(model),
                    breach.way(model)
                ),
                format_args!("remove the {}, or add `{role}` to the roles that `only` names", breach.what()),
            );
        }
    }
}

// exclusive { create_payment, approve_payment };            and one role reaches both
pub(super) fn exclusive(model: &Model<'_>, diagnostics: &mut Diagnostics) {
    for invariant in of_kind(model, InvariantKind::Exclusive) {
        let reached = |role: usize| -> Vec<usize> {
            let Some(role) = model.roles.get(role) else { return Vec::new() };
            invariant.permissions.iter().map(|link| link.to).filter(|&to| role.reaches(to)).collect()
        };
        for (index, role) in model.roles.iter().enumerate() {
            let both = reached(index);
            let inherited = role.juniors.iter().any(|junior| reached(junior.to).len() > 1);
            if both.len() < 2 || inherited {
                continue;
            }
            let ways = both.iter().filter_map(|&permission| Breach::of(model, index, permission, &[]));
            let ways = by_path(ways, 1);
            let Some(last) = ways.last() else { continue };
            let explained: Vec<String> = ways.iter().map(|way| way.full_way(model)).collect();
            diagnostics.error_with_help(
                last.span,
                format_args!(
                    "`{}` reaches {}, which exclude each other",
                    role.name.text,
                    listed(both.iter().map(|&permission| model.permission_name(permission)))
                ),
                format_args!("`{}` {}", role.name.text, explained.join(", and ")),
            );
        }
    }
}

fn of_kind<'m>(model: &'m Model<'_>, kind: InvariantKind) -> impl Iterator<Item = &'m Invariant> {
    model.invariants.iter().filter(move |invariant| invariant.kind == kind)
}

/// How a role comes to permissions it must not have.
struct Breach {
    /// From the role to the one that grants; of a direct grant the role alone.
    path: Vec<usize>,
    permissions: Vec<usize>,
    /// The grant, or the role that it inherits from.
    span: Span,
}

/// How the `forbidden` roles come to the permissions of an invariant, as far as it is not through each other.
fn breaches(model: &Model<'_>, invariant: &Invariant, forbidden: &[usize]) -> Vec<Breach> {
    let of_role = |&role: &usize| {
        let permissions = invariant.permissions.iter();
        permissions.filter_map(move |permission| Breach::of(model, role, permission.to, forbidden))
    };
    // one wrong inheritance is one mistake, however many permissions come with it
    by_path(forbidden.iter().flat_map(of_role), 2)
}

/// Puts together what comes on the same path, where that has at least so many roles.
fn by_path(breaches: impl Iterator<Item = Breach>, at_least: usize) -> Vec<Breach> {
    let mut ways: Vec<Breach> = Vec::new();
    for breach in breaches {
        match ways.iter_mut().find(|way| way.path.len() >= at_least && way.path == breach.path) {
            Some(way) => {
                way.permissions.extend(breach.permissions);
                way.span = breach.span;
            }
            None => ways.push(breach),
        }
    }
    ways
}

impl Breach {
    fn of(model: &Model<'_>, role: usize, permission: usize, closed: &[usize]) -> Option<Self> {
        let declared = model.roles.get(role)?;
        declared.reaches(permission).then_some(())?;
        let path = model.path(role, permission, closed)?;
        let link = match path.get(1) {
            Some(junior) => declared.juniors.iter().find(|link| link.to == *junior),
            None => declared.grants.iter().find(|link| link.to == permission),
        };
        Some(Self { span: link?.span, path, permissions: vec![permission] })
    }

    /// What `span` stands on.
    fn what(&self) -> &'static str {
        if self.path.len() > 1 { "inheritance" } else { "grant" }
    }

    fn role(&self) -> usize {
        self.path.first().copied().unwrap_or_default()
    }

    fn names(&self, model: &Model<'_>) -> String {
        listed(self.permissions.iter().map(|&permission| model.permission_name(permission)))
    }

    fn plain_names(&self, model: &Model<'_>) -> String {
        self.names(model).replace('`', "").replace(" and ", ", ")
    }

    /// `` inherits `readonly`, which grants it ``
    fn way(&self, model: &Model<'_>) -> String {
        self.way_to(model, if self.permissions.len() > 1 { "them" } else { "it" })
    }

    /// `` inherits `readonly`, which grants `read_data` ``
    fn full_way(&self, model: &Model<'_>) -> String {
        self.way_to(model, &self.names(model))
    }

    fn way_to(&self, model: &Model<'_>, what: &str) -> String {
        let mut way = String::new();
        for &junior in self.path.iter().skip(1) {
            way.push_str(&format!("inherits `{}`, which ", model.role_name(junior)));
        }
        way + "grants " + what
    }
}
