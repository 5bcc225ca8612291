//! OAuth scopes: what they cover, and which ones to ask for. A scope is the wire name of a permission; it never adds to
//! what roles give.

use super::{PermissionBits, PermissionRef, PermissionSet, Policy, Requirement, requirement::Expression};

/// How many ways of meeting a part of a requirement are looked at. Below, what is found is the smallest set; a part that
/// can be met in more ways than this by sets of which none contains another is met by one that is small.
const MAX_WAYS: usize = 256;

/// The permissions that these scopes cover: their own, and what those imply, step by step (`implies(…)`).
pub(crate) fn covered(
    policy: &'static Policy,
    scopes: impl IntoIterator<Item = PermissionRef>,
) -> PermissionBits {
    let mut covered = PermissionBits::none(policy);
    let mut open: Vec<PermissionRef> = scopes.into_iter().collect();
    while let Some(scope) = open.pop() {
        if covered.insert(scope) {
            open.extend(scope.implied_scopes());
        }
    }
    covered
}

/// The scopes to ask for on behalf of a caller whose roles give `held`: the fewest permissions out of these that meet all
/// of `requirements`; of several sets of a size the one whose permissions are declared first. `None` where no scope helps.
///
/// What the caller's token covers already does not count: the set names all that the operation needs (MCP 2026-07-28,
/// basic/authorization, "Runtime Insufficient Scope Errors"), and scopes that would imply others are not used for it.
pub(crate) fn to_ask_for(
    requirements: &[Requirement],
    held: PermissionSet<'_>,
) -> Option<Vec<PermissionRef>> {
    let ways = every(requirements.iter().map(|requirement| ways(&requirement.0, held)));
    let best = ways.into_iter().next()?;
    Some(best.into_iter().map(|index| PermissionRef::new(held.policy(), index)).collect())
}

/// Whether a text can be a scope, or a part of one (RFC 6749, section 3.3). Such a text also needs no escape in a challenge.
pub(crate) fn is_scope_text(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}

/// A set of permissions, by their places, in order.
type Way = Vec<u16>;

/// The sets out of `held` that meet the expression for a caller who is not anonymous, the best first, none of them with
/// something needless in it. Without parts nobody meets it.
fn ways(expression: &Expression, held: PermissionSet<'_>) -> Vec<Way> {
    match expression {
        Expression::Public(_) | Expression::Authenticated => vec![Way::new()],
        Expression::Permission(permission) if held.contains(*permission) => vec![vec![permission.index()]],
        Expression::Permission(_) | Expression::All([]) => Vec::new(),
        Expression::All(parts) => every(parts.iter().map(|part| ways(&part.0, held))),
        Expression::Any(parts) => best(parts.iter().flat_map(|part| ways(&part.0, held)).collect()),
    }
}

/// The ways of meeting every part.
fn every(parts: impl IntoIterator<Item = Vec<Way>>) -> Vec<Way> {
    let mut parts = parts.into_iter();
    let Some(first) = parts.next() else { return Vec::new() };
    parts.fold(first, |before, part| {
        best(before.iter().flat_map(|one| part.iter().map(move |other| union(one, other))).collect())
    })
}

fn union(one: &[u16], other: &[u16]) -> Way {
    let mut union: Way = one.iter().chain(other).copied().collect();
    union.sort_unstable();
    union.dedup();
    union
}

/// The ways in the order of preference, without those that contain another one.
fn best(mut ways: Vec<Way>) -> Vec<Way> {
    ways.sort_unstable_by(|one, other| one.len().cmp(&other.len()).then_with(|| one.cmp(other)));
    let mut kept: Vec<Way> = Vec::new();
    for way in ways {
        if kept.len() == MAX_WAYS {
            break;
        }
        if !kept.iter().any(|smaller| smaller.iter().all(|index| way.binary_search(index).is_ok())) {
            kept.push(way);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;
    use crate::policy::{
        PermissionInfo,
        properties::{any_model, policy_of, subset},
    };

    /// `held` as a set of the policy.
    fn set(policy: &'static Policy, held: &HashSet<usize>) -> PermissionBits {
        let mut bits = PermissionBits::none(policy);
        for index in held {
            bits.insert(PermissionRef::new(policy, *index as u16));
        }
        bits
    }

    proptest! {
        /// Every subset is tried, the smaller ones and those that are declared first before the others.
        #[test]
        fn what_is_asked_for_is_what_trying_everything_finds(
            (width, models, held) in (1usize..=8).prop_flat_map(|width| {
                (Just(width), prop::collection::vec(any_model(width), 1..=3), subset(width))
            }),
        ) {
            let policy = policy_of(width);
            let requirements: Vec<Requirement> = models.iter().map(|model| model.build(policy)).collect();
            let mut subsets: Vec<Vec<usize>> = (0_u32..1 << width)
                .map(|bits| (0..width).filter(|at| bits >> at & 1 == 1).collect::<Vec<_>>())
                .filter(|subset| subset.iter().all(|index| held.contains(index)))
                .collect();
            subsets.sort_by_key(|subset| (subset.len(), subset.clone()));
            let expected = subsets.into_iter().find(|subset| {
                let subset = subset.iter().copied().collect();
                models.iter().all(|model| model.holds(&subset, false))
            });
            let found = to_ask_for(&requirements, set(policy, &held).view());
            let found = found.map(|found| found.into_iter().map(PermissionRef::position).collect::<Vec<_>>());
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn what_scopes_cover_is_what_following_every_implication_finds(
            edges in prop::collection::vec((0usize..12, 0usize..12), 0..30),
            scopes in subset(12),
        ) {
            // cycles too, which `roles!` refuses: nothing may depend on that here
            let implied = |index: usize| -> Vec<u16> {
                edges.iter().filter(|(from, _)| *from == index).map(|(_, to)| *to as u16).collect()
            };
            let permissions: Vec<PermissionInfo> = (0..12)
                .map(|index| PermissionInfo {
                    name: "p",
                    description: "",
                    destructive: false,
                    baseline: false,
                    unassigned: false,
                    implies: Box::leak(implied(index).into_boxed_slice()),
                })
                .collect();
            let policy: &'static Policy = Box::leak(Box::new(Policy {
                module: "random",
                permissions: Box::leak(permissions.into_boxed_slice()),
                roles: &[],
                exclusive: &[],
            }));
            let mut expected = scopes.clone();
            while let Some((_, new)) =
                edges.iter().find(|(from, to)| expected.contains(from) && !expected.contains(to))
            {
                expected.insert(*new);
            }
            let scopes = scopes.iter().map(|index| PermissionRef::new(policy, *index as u16));
            let covered: HashSet<usize> = covered(policy, scopes).view().iter().map(PermissionRef::position).collect();
            prop_assert_eq!(covered, expected);
        }
    }

    /// Sixty-four pairs can be met in 2^64 ways; some answer is there at once, and it is enough.
    #[test]
    fn a_requirement_with_very_many_ways_is_answered() {
        let policy = policy_of(128);
        let permission = |index: usize| Requirement::permission(PermissionRef::new(policy, index as u16));
        let pairs: Vec<Requirement> = (0..64)
            .map(|pair| {
                let pair = vec![permission(2 * pair), permission(2 * pair + 1)];
                Requirement::any(Box::leak(pair.into_boxed_slice()))
            })
            .collect();
        let all = Requirement::all(Box::leak(pairs.into_boxed_slice()));
        let held = set(policy, &(0..128).collect());
        let asked = to_ask_for(&[all], held.view()).unwrap();
        let expected: Vec<usize> = (0..64).map(|pair| 2 * pair).collect();
        assert_eq!(asked.iter().map(|permission| permission.position()).collect::<Vec<_>>(), expected);
    }
}
