//! Declarations with their references resolved to indices. What is not valid (a name that is no identifier, the second
//! of two equal ones, a reference to nothing, the link that closes a cycle) is left out: the checks report it, and
//! what is left can always be emitted.

mod graph;

use std::collections::{HashMap, HashSet};

use proc_macro2::Span;
use syn::Attribute;

use super::{
    ident,
    parse::{Input, InvariantDecl, InvariantKind, ModifierKind, Name},
};
pub(super) use graph::{Cycle, Link};

pub(super) struct Model<'a> {
    pub(super) permissions: Vec<Permission<'a>>,
    pub(super) roles: Vec<Role<'a>>,
    pub(super) invariants: Vec<Invariant>,
    pub(super) inheritance_cycles: Vec<Cycle>,
    pub(super) implies_cycles: Vec<Cycle>,
}

pub(super) struct Permission<'a> {
    pub(super) name: &'a Name,
    pub(super) wire: &'a str,
    pub(super) variant: String,
    pub(super) docs: &'a [Attribute],
    pub(super) destructive: bool,
    pub(super) baseline: bool,
    /// Where the modifier stands.
    pub(super) unassigned: Option<Span>,
    pub(super) implies: Vec<Link>,
    /// Every modifier of it was understood.
    pub(super) is_clear: bool,
    pub(super) follows_modifiers: bool,
}

pub(super) struct Role<'a> {
    pub(super) name: &'a Name,
    pub(super) variant: String,
    pub(super) docs: &'a [Attribute],
    /// The roles it inherits from directly.
    pub(super) juniors: Vec<Link>,
    /// The permissions it grants itself.
    pub(super) grants: Vec<Link>,
    /// Every permission it reaches, as a bit set that is as wide as the policy.
    pub(super) closure: Vec<u64>,
}

pub(super) struct Invariant {
    pub(super) kind: InvariantKind,
    /// Of the keyword.
    pub(super) span: Span,
    pub(super) roles: Vec<Link>,
    pub(super) permissions: Vec<Link>,
    /// Every role that it names is known.
    pub(super) knows_roles: bool,
}

impl<'a> Model<'a> {
    pub(super) fn new(input: &'a Input) -> Self {
        let mut names = Names::default();
        let mut permissions = Vec::new();
        let mut implies = Vec::new();
        for declared in &input.permissions {
            let variant = ident::variant(&declared.name.text);
            if !names.add_permission(&declared.name, &variant) {
                continue;
            }
            implies.push(declared.modifiers.iter().flat_map(|modifier| &modifier.implies));
            permissions.push(Permission {
                name: &declared.name,
                wire: &declared.wire.text,
                variant,
                docs: &declared.docs,
                destructive: declared.modifier(ModifierKind::Destructive).is_some(),
                baseline: declared.modifier(ModifierKind::Baseline).is_some(),
                unassigned: declared.modifier(ModifierKind::Unassigned).map(|modifier| modifier.span),
                implies: Vec::new(),
                is_clear: declared.is_complete && declared.modifiers.iter().all(|found| found.kind.is_some()),
                follows_modifiers: declared.follows_modifiers,
            });
        }
        let mut implies: Vec<_> = implies.into_iter().map(|implied| names.permissions(implied)).collect();
        let (implies_cycles, _) = graph::break_cycles(&mut implies);
        for (permission, links) in permissions.iter_mut().zip(implies) {
            permission.implies = links;
        }

        let mut roles = Vec::new();
        let mut juniors = Vec::new();
        for declared in &input.roles {
            let variant = ident::variant(&declared.name.text);
            if !names.add_role(&declared.name, &variant) {
                continue;
            }
            juniors.push(&declared.juniors);
            roles.push(Role {
                name: &declared.name,
                variant,
                docs: &declared.docs,
                juniors: Vec::new(),
                grants: names.permissions(&declared.grants),
                closure: Vec::new(),
            });
        }
        let mut juniors: Vec<_> = juniors.into_iter().map(|juniors| names.roles(juniors)).collect();
        let (inheritance_cycles, juniors_first) = graph::break_cycles(&mut juniors);
        for (role, links) in roles.iter_mut().zip(juniors) {
            role.juniors = links;
        }
        close(&mut roles, &juniors_first, permissions.len());

        let invariant = |declared: &InvariantDecl| Invariant {
            kind: declared.kind,
            span: declared.span,
            roles: names.roles(&declared.roles),
            permissions: names.permissions(&declared.permissions),
            knows_roles: declared.roles.iter().all(|role| names.roles.contains_key(role.text.as_str())),
        };
        let invariants = input.invariants.iter().map(invariant).collect();
        Self { permissions, roles, invariants, inheritance_cycles, implies_cycles }
    }

    pub(super) fn permission_name(&self, index: usize) -> &'a str {
        self.permissions.get(index).map_or("", |permission| &permission.name.text)
    }

    pub(super) fn role_name(&self, index: usize) -> &'a str {
        self.roles.get(index).map_or("", |role| &role.name.text)
    }

    /// The shortest way by which `role` comes to `permission`, from `role` down to the role that grants it, that does
    /// not lead through a role in `closed`.
    pub(super) fn path(&self, role: usize, permission: usize, closed: &[usize]) -> Option<Vec<usize>> {
        graph::shortest_path(
            role,
            |at| self.roles.get(at).is_some_and(|role| role.grants.iter().any(|link| link.to == permission)),
            |at| {
                let juniors = self.roles.get(at).map_or(&[][..], |role| &role.juniors);
                juniors.iter().map(|link| link.to).filter(|to| !closed.contains(to)).collect()
            },
        )
    }
}

impl Role<'_> {
    pub(super) fn reaches(&self, permission: usize) -> bool {
        self.closure.get(permission / 64).is_some_and(|word| word >> (permission % 64) & 1 == 1)
    }
}

/// Every role's closure, the juniors of a role before the role.
fn close(roles: &mut [Role<'_>], juniors_first: &[usize], permissions: usize) {
    for &index in juniors_first {
        let mut closure = vec![0_u64; permissions.div_ceil(64)];
        let Some(role) = roles.get(index) else { continue };
        for link in &role.grants {
            if let Some(word) = closure.get_mut(link.to / 64) {
                *word |= 1 << (link.to % 64);
            }
        }
        for junior in role.juniors.iter().filter_map(|link| roles.get(link.to)) {
            for (word, more) in closure.iter_mut().zip(&junior.closure) {
                *word |= more;
            }
        }
        if let Some(role) = roles.get_mut(index) {
            role.closure = closure;
        }
    }
}

/// Where each name leads, and which identifiers are taken.
#[derive(Default)]
struct Names<'a> {
    permissions: HashMap<&'a str, usize>,
    permission_variants: HashSet<String>,
    roles: HashMap<&'a str, usize>,
    role_variants: HashSet<String>,
}

impl<'a> Names<'a> {
    fn add_permission(&mut self, name: &'a Name, variant: &str) -> bool {
        let fits = (name.is_raw || ident::is_identifier(&name.text)) && ident::is_identifier(variant);
        fits && add(&mut self.permissions, &mut self.permission_variants, &name.text, variant)
    }

    fn add_role(&mut self, name: &'a Name, variant: &str) -> bool {
        ident::is_identifier(variant) && add(&mut self.roles, &mut self.role_variants, &name.text, variant)
    }

    fn permissions<'n>(&self, names: impl IntoIterator<Item = &'n Name>) -> Vec<Link> {
        resolve(&self.permissions, names)
    }

    fn roles<'n>(&self, names: impl IntoIterator<Item = &'n Name>) -> Vec<Link> {
        resolve(&self.roles, names)
    }
}

fn add<'a>(
    names: &mut HashMap<&'a str, usize>,
    variants: &mut HashSet<String>,
    name: &'a str,
    variant: &str,
) -> bool {
    if names.contains_key(name) || variants.contains(variant) {
        return false;
    }
    variants.insert(variant.to_owned());
    names.insert(name, names.len());
    true
}

/// The names that lead somewhere, each once.
fn resolve<'n>(known: &HashMap<&str, usize>, names: impl IntoIterator<Item = &'n Name>) -> Vec<Link> {
    let mut seen = HashSet::new();
    names
        .into_iter()
        .filter(|name| !name.is_string)
        .filter_map(|name| Some(Link { to: *known.get(name.text.as_str())?, span: name.span }))
        .filter(|link| seen.insert(link.to))
        .collect()
}
