use std::slice;

use super::Denial;
use crate::{
    auth::Principal,
    policy::{PermissionRef, PermissionSet, Requirement, scopes},
};

/// What the guard says about one request. Exhaustive on purpose: whoever handles a decision must handle a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The caller meets the requirement.
    Allow,
    /// The caller does not.
    Deny(Denial),
}

impl Decision {
    /// Whether the caller may.
    #[must_use]
    pub fn is_allow(&self) -> bool {
        *self == Self::Allow
    }
}

/// What nobody meets: the requirement of a name that does not exist, for the path that a name which is hidden takes.
pub(super) const NOBODY: Requirement = Requirement::any(&[]);

/// The one function that decides, on the requirement that the tool itself carries. The list filter, the guard of a call
/// and every question about access come here, so that they cannot disagree.
pub(crate) fn decide(principal: &Principal, requirement: &Requirement) -> Decision {
    decide_all(principal, slice::from_ref(requirement))
}

/// The decision on a request that has to meet several requirements: all of them, and one at least. A denial names what
/// is missing for all of them at once.
pub(crate) fn decide_all(principal: &Principal, requirements: &[Requirement]) -> Decision {
    let requirements = if requirements.is_empty() { slice::from_ref(&NOBODY) } else { requirements };
    let is_met =
        |requirement: &Requirement| requirement.is_met(principal.permissions(), principal.is_anonymous());
    if requirements.iter().all(is_met) {
        return Decision::Allow;
    }
    // who is not known is not told more than that
    if principal.is_anonymous() {
        return Decision::Deny(Denial::Unauthenticated);
    }
    let of_roles = principal.role_permissions();
    // roles first: what they forbid no scope can cure, and no client is sent to ask for one
    match scopes::to_ask_for(requirements, of_roles).filter(|_| principal.scopes().is_some()) {
        Some(scopes) => Decision::Deny(Denial::NeedsScopes { scopes }),
        None => Decision::Deny(Denial::Forbidden { missing: missing(requirements, of_roles) }),
    }
}

/// What would make the difference for somebody with these permissions: nothing, where one of the requirements can be met
/// by nobody.
fn missing(requirements: &[Requirement], of_roles: PermissionSet<'_>) -> Vec<PermissionRef> {
    let mut missing = Vec::new();
    for requirement in requirements.iter().filter(|requirement| !requirement.is_met(of_roles, false)) {
        let of_this = requirement.missing(of_roles);
        if of_this.is_empty() {
            return of_this;
        }
        missing.extend(of_this);
    }
    if requirements.len() > 1 {
        missing.sort_unstable_by_key(|permission| permission.index());
        missing.dedup();
    }
    missing
}

/// Whether the caller's token covers the baseline of the policy, as far as their roles reach it: with less, a client would
/// be shown a list that is empty, and would not learn what to ask for.
pub(crate) fn decide_baseline(principal: &Principal) -> Decision {
    let Some(covered) = principal.scopes() else { return Decision::Allow };
    let baseline: Vec<PermissionRef> =
        principal.role_permissions().iter().filter(|permission| permission.info().is_baseline()).collect();
    if baseline.iter().all(|permission| covered.contains(*permission)) {
        Decision::Allow
    } else {
        Decision::Deny(Denial::NeedsScopes { scopes: baseline })
    }
}
