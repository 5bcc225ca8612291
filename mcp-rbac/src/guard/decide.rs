use super::Denial;
use crate::{auth::Principal, policy::Requirement};

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
        Decision::Deny(Denial::Forbidden { missing: requirement.missing(principal.permissions()) })
    }
}
