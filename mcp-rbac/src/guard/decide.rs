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

/// What nobody meets: the requirement of a name that does not exist, for the path that a name which is hidden takes.
pub(super) const NOBODY: Requirement = Requirement::any(&[]);

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

/// The decision on a request that has to meet several requirements: all of them, and one at least.
pub(crate) fn decide_all(principal: &Principal, requirements: &[Requirement]) -> Decision {
    if requirements.is_empty() {
        return decide(principal, &NOBODY);
    }
    let decisions = requirements.iter().map(|requirement| decide(principal, requirement));
    decisions.into_iter().find(|decision| !decision.is_allow()).unwrap_or(Decision::Allow)
}
