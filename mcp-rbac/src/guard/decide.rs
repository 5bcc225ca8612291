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

/// The decision on a request that has to meet several requirements: all of them, and one at least. A denial names what
/// is missing for all of them at once.
pub(crate) fn decide_all(principal: &Principal, requirements: &[Requirement]) -> Decision {
    if requirements.is_empty() {
        return decide(principal, &NOBODY);
    }
    let mut denials = requirements.iter().filter_map(|requirement| match decide(principal, requirement) {
        Decision::Allow => None,
        Decision::Deny(denial) => Some(denial),
    });
    let Some(mut denial) = denials.next() else { return Decision::Allow };
    for other in denials {
        match (&mut denial, other) {
            (Denial::Forbidden { missing }, Denial::Forbidden { missing: others }) => {
                // where nothing would make the difference, nothing else does either
                if others.is_empty() {
                    missing.clear();
                } else if !missing.is_empty() {
                    missing.extend(others);
                    missing.sort_unstable_by_key(|permission| permission.index());
                    missing.dedup();
                }
            }
            // who is not known is not told more than that
            (_, Denial::Unauthenticated) => denial = Denial::Unauthenticated,
            (Denial::Unauthenticated | Denial::Forbidden { .. } | Denial::Limited { .. }, _) => {}
        }
    }
    Decision::Deny(denial)
}
