use super::Denial;
use crate::{
    auth::Principal,
    policy::{PermissionRef, Requirement, scopes},
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

/// The one function that decides. The list filter, the guard of a call and every question about access call it with
/// the requirement that the tool itself carries, so that they cannot disagree.
pub(crate) fn decide(principal: &Principal, requirement: &Requirement) -> Decision {
    if requirement.is_met(principal.permissions(), principal.is_anonymous()) {
        Decision::Allow
    } else if principal.is_anonymous() {
        Decision::Deny(Denial::Unauthenticated)
    } else {
        let of_roles = principal.role_permissions();
        // roles first: what they forbid no scope can cure, and no client is sent to ask for one
        match scopes::to_ask_for(&[requirement], of_roles).filter(|_| principal.scopes().is_some()) {
            Some(scopes) => Decision::Deny(Denial::NeedsScopes { scopes }),
            None => Decision::Deny(Denial::Forbidden { missing: requirement.missing(of_roles) }),
        }
    }
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
