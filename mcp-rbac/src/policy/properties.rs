//! Sets and requirements against a model that is slow and obvious.

use std::collections::HashSet;

use proptest::prelude::*;

use super::{
    PermissionBits, PermissionInfo, PermissionRef, PermissionSet, Policy, Requirement, RoleInfo, RoleRef,
};

/// A policy with that many permissions, named `p0`, `p1`, …; every third is destructive.
pub(crate) fn policy_of(width: usize) -> &'static Policy {
    leak(Policy { module: "random", permissions: permissions(width), roles: &[], exclusive: &[] })
}

fn permissions(width: usize) -> &'static [PermissionInfo] {
    let permissions = (0..width).map(|index| PermissionInfo {
        name: leak(format!("p{index}")),
        description: "",
        destructive: index % 3 == 0,
        baseline: false,
        unassigned: false,
        implies: &[],
    });
    leak(permissions.collect::<Vec<_>>())
}

/// A role of a policy with that many permissions that reaches exactly `held`.
pub(crate) fn role_with(width: usize, held: &HashSet<usize>) -> RoleRef {
    RoleRef::new(policy_with(width, std::slice::from_ref(held)), 0)
}

/// A policy with that many permissions and one role for each set, which reaches exactly that.
pub(crate) fn policy_with(width: usize, sets: &[HashSet<usize>]) -> &'static Policy {
    let role =
        |held| RoleInfo { name: "random", description: "", juniors: &[], closure: leak(words(width, held)) };
    let roles = leak(sets.iter().map(role).collect::<Vec<_>>());
    leak(Policy { module: "random", permissions: permissions(width), roles, exclusive: &[] })
}

/// The roles of such a policy.
pub(crate) fn roles_of(policy: &'static Policy) -> Vec<RoleRef> {
    (0..policy.roles.len() as u16).map(|index| RoleRef::new(policy, index)).collect()
}

fn words(width: usize, held: &HashSet<usize>) -> Vec<u64> {
    let word = |at: usize| (0..64).filter(|bit| held.contains(&(at * 64 + bit))).map(|bit| 1 << bit).sum();
    (0..width.div_ceil(64)).map(word).collect()
}

/// Tests are over before it matters.
fn leak<T>(value: T) -> &'static mut T {
    Box::leak(Box::new(value))
}

/// The slow and obvious model of a requirement.
#[derive(Debug, Clone)]
pub(crate) enum Model {
    Public,
    Authenticated,
    Permission(usize),
    All(Vec<Model>),
    Any(Vec<Model>),
}

impl Model {
    /// Whether a caller that holds exactly `held` meets it.
    pub(crate) fn holds(&self, held: &HashSet<usize>, anonymous: bool) -> bool {
        match self {
            Self::Public => true,
            Self::Authenticated => !anonymous,
            Self::Permission(index) => held.contains(index),
            Self::All(parts) if parts.is_empty() => false,
            Self::All(parts) => !parts.iter().any(|part| !part.holds(held, anonymous)),
            Self::Any(parts) => parts.iter().filter(|part| part.holds(held, anonymous)).count() > 0,
        }
    }

    pub(crate) fn build(&self, policy: &'static Policy) -> Requirement {
        let all = |parts: &[Self]| -> &'static [Requirement] {
            leak(parts.iter().map(|part| part.build(policy)).collect::<Vec<_>>())
        };
        match self {
            Self::Public => Requirement::public("a test"),
            Self::Authenticated => Requirement::authenticated(),
            Self::Permission(index) => Requirement::permission(PermissionRef::new(policy, *index as u16)),
            Self::All(parts) => Requirement::all(all(parts)),
            Self::Any(parts) => Requirement::any(all(parts)),
        }
    }

    fn named(&self) -> Vec<usize> {
        match self {
            Self::Public | Self::Authenticated => Vec::new(),
            Self::Permission(index) => vec![*index],
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::named).collect(),
        }
    }
}

/// Expressions over permissions alone, as `requires` writes them, with at least `least` parts each.
pub(crate) fn of_permissions(width: usize, least: usize) -> impl Strategy<Value = Model> {
    combined((0..width).prop_map(Model::Permission).boxed(), least)
}

/// Whatever the constructors of `Requirement` can make.
pub(crate) fn any_model(width: usize) -> impl Strategy<Value = Model> {
    let leaf = prop_oneof![
        1 => Just(Model::Public),
        1 => Just(Model::Authenticated),
        8 => (0..width).prop_map(Model::Permission),
    ];
    combined(leaf.boxed(), 0)
}

fn combined(leaf: BoxedStrategy<Model>, least: usize) -> impl Strategy<Value = Model> {
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let parts = prop::collection::vec(inner, least..=4);
        prop_oneof![parts.clone().prop_map(Model::All), parts.prop_map(Model::Any)]
    })
}

pub(crate) fn subset(width: usize) -> impl Strategy<Value = HashSet<usize>> {
    prop::collection::hash_set(0..width, 0..=width)
}

fn sets(sets: usize) -> impl Strategy<Value = (usize, Vec<HashSet<usize>>)> {
    (1usize..=200).prop_flat_map(move |width| (Just(width), prop::collection::vec(subset(width), sets)))
}

proptest! {
    #[test]
    fn a_permission_set_is_a_set((width, held) in sets(2)) {
        let policy = policy_of(width);
        let words: Vec<Vec<u64>> = held.iter().map(|held| words(width, held)).collect();
        let set = PermissionSet::new(policy, &words[0]);
        prop_assert_eq!(set.len(), held[0].len());
        prop_assert_eq!(set.is_empty(), held[0].is_empty());
        let mut sorted: Vec<usize> = held[0].iter().copied().collect();
        sorted.sort_unstable();
        prop_assert_eq!(set.iter().map(PermissionRef::position).collect::<Vec<_>>(), sorted);
        // past the end as well
        for index in 0..width + 130 {
            prop_assert_eq!(set.has(index as u16), held[0].contains(&index));
        }
        let stranger = policy_of(width);
        for index in 0..width {
            let (ours, theirs) = (PermissionRef::new(policy, index as u16), PermissionRef::new(stranger, index as u16));
            prop_assert_eq!(set.contains(ours), held[0].contains(&index));
            prop_assert!(!set.contains(theirs));
        }
        let other = PermissionSet::new(policy, &words[1]);
        prop_assert_eq!(set == other, held[0] == held[1]);
        prop_assert!(set != PermissionSet::new(stranger, &words[0]));
    }

    #[test]
    fn a_union_is_a_union((width, parts) in sets(3)) {
        let policy = policy_of(width);
        let mut union = PermissionBits::none(policy);
        prop_assert!(union.view().is_empty());
        for held in &parts {
            union.extend(PermissionSet::new(policy, &words(width, held)));
        }
        let expected: HashSet<usize> = parts.iter().flatten().copied().collect();
        prop_assert_eq!(union.view().iter().map(PermissionRef::position).collect::<HashSet<_>>(), expected);
    }

    #[test]
    fn a_requirement_is_met_as_the_model_says(
        (width, model, held) in (1usize..=200).prop_flat_map(|width| (Just(width), any_model(width), subset(width))),
        anonymous: bool,
    ) {
        let policy = policy_of(width);
        let words = words(width, &held);
        let requirement = model.build(policy);
        let met = requirement.is_met(PermissionSet::new(policy, &words), anonymous);
        prop_assert_eq!(met, model.holds(&held, anonymous));
        // the same names under another policy are other permissions
        let stranger = policy_of(width);
        let met = requirement.is_met(PermissionSet::new(stranger, &words), anonymous);
        prop_assert_eq!(met, model.holds(&HashSet::new(), anonymous));
    }

    #[test]
    fn what_is_missing_would_make_the_difference_and_nothing_of_it_is_needless(
        (width, model, held) in (1usize..=12).prop_flat_map(|width| (Just(width), any_model(width), subset(width))),
    ) {
        let policy = policy_of(width);
        let words = words(width, &held);
        let missing = model.build(policy).missing(PermissionSet::new(policy, &words));
        let missing: Vec<usize> = missing.into_iter().map(PermissionRef::position).collect();
        let with = |added: &[usize]| model.holds(&held.iter().chain(added).copied().collect(), false);
        if with(&(0..width).collect::<Vec<_>>()) {
            prop_assert!(with(&missing), "{:?} is not enough", missing);
        } else {
            prop_assert!(missing.is_empty(), "nothing helps, {:?} neither", missing);
        }
        prop_assert!(missing.iter().all(|index| !held.contains(index)));
        for at in 0..missing.len() {
            let mut fewer = missing.clone();
            fewer.remove(at);
            prop_assert!(!with(&fewer), "{:?} would do", fewer);
        }
    }

    /// For what `requires` can say it is exact; an empty part, which only code can make, is never counted on.
    #[test]
    fn implied_is_what_every_caller_that_is_let_in_holds(model in of_permissions(6, 1), odd in any_model(6)) {
        let policy = policy_of(6);
        for (model, exact) in [(model, true), (odd, false)] {
            let requirement = model.build(policy);
            for index in 0..6 {
                let admitted = (0u32..64).map(|bits| (0..6).filter(|at| bits >> at & 1 == 1).collect());
                let always = admitted
                    .filter(|held: &HashSet<usize>| model.holds(held, false))
                    .all(|held| held.contains(&index));
                let implied = requirement.implies(PermissionRef::new(policy, index as u16));
                prop_assert!(always || !implied, "p{} is not implied by {}", index, requirement);
                prop_assert!(implied == always || !exact, "p{} is implied by {}", index, requirement);
            }
        }
    }

    #[test]
    fn what_a_requirement_names_is_what_was_written(model in any_model(30)) {
        let policy = policy_of(30);
        let requirement = model.build(policy);
        let named: Vec<usize> = requirement.permissions().map(PermissionRef::position).collect();
        prop_assert_eq!(&named, &model.named());
        prop_assert_eq!(requirement.is_destructive(), named.iter().any(|index| index % 3 == 0));
        if let Some(found) = requirement.policy() {
            prop_assert!(std::ptr::eq(found, policy));
        }
    }
}
