use std::fmt;

use super::{PermissionRef, PermissionSet, Policy};

/// What a caller must be or hold for a tool to let it in: a boolean expression over permissions, or one of the two
/// requirements that ask for no permission.
#[derive(Debug, Clone, Copy)]
pub struct Requirement(pub(super) Expression);

#[derive(Debug, Clone, Copy)]
pub(super) enum Expression {
    Public(&'static str),
    Authenticated,
    Permission(PermissionRef),
    All(&'static [Requirement]),
    Any(&'static [Requirement]),
}

use Expression::{All, Any, Authenticated, Permission, Public};

impl Requirement {
    /// Any admitted caller, anonymous ones included; `why` says why that is safe.
    #[must_use]
    pub const fn public(why: &'static str) -> Self {
        Self(Public(why))
    }

    /// Any caller that is not anonymous.
    #[must_use]
    pub const fn authenticated() -> Self {
        Self(Authenticated)
    }

    /// A caller that holds this permission.
    #[must_use]
    pub const fn permission(permission: PermissionRef) -> Self {
        Self(Permission(permission))
    }

    /// A caller that meets every part. Without parts nobody does.
    #[must_use]
    pub const fn all(parts: &'static [Self]) -> Self {
        Self(All(parts))
    }

    /// A caller that meets at least one part. Without parts nobody does.
    #[must_use]
    pub const fn any(parts: &'static [Self]) -> Self {
        Self(Any(parts))
    }

    /// The stated reason, when the requirement is [`public`](Self::public).
    #[must_use]
    pub const fn public_reason(&self) -> Option<&'static str> {
        match self.0 {
            Public(why) => Some(why),
            Authenticated | Permission(_) | All(_) | Any(_) => None,
        }
    }

    /// Whether a caller that holds `held`, anonymous or not, meets the requirement.
    pub(crate) fn is_met(&self, held: PermissionSet<'_>, anonymous: bool) -> bool {
        self.is_met_by(&|permission| held.contains(permission), anonymous)
    }

    fn is_met_by(&self, has: &impl Fn(PermissionRef) -> bool, anonymous: bool) -> bool {
        match self.0 {
            Public(_) => true,
            Authenticated => !anonymous,
            Permission(permission) => has(permission),
            // an empty expression asks for nothing and was never meant: deny
            All(parts) => !parts.is_empty() && parts.iter().all(|part| part.is_met_by(has, anonymous)),
            Any(parts) => parts.iter().any(|part| part.is_met_by(has, anonymous)),
        }
    }

    /// Permissions whose addition to `held` would meet the requirement of a caller that is not anonymous, none of them
    /// needless: of an `any` the part that lacks fewest, the first declared one of equals. Empty where no permission
    /// can help.
    pub(crate) fn missing(&self, held: PermissionSet<'_>) -> Vec<PermissionRef> {
        let mut missing = self.lacking(held).unwrap_or_default();
        // one part may have asked for what makes the choice of another needless: `(a or b) and b`
        let mut at = 0;
        while at < missing.len() {
            let candidate = missing.remove(at);
            let has = |permission| held.contains(permission) || missing.contains(&permission);
            if !self.is_met_by(&has, false) {
                missing.insert(at, candidate);
                at += 1;
            }
        }
        missing
    }

    /// What each part lacks, put together; `None` where no permission can help.
    fn lacking(&self, held: PermissionSet<'_>) -> Option<Vec<PermissionRef>> {
        match self.0 {
            Public(_) | Authenticated => Some(Vec::new()),
            Permission(permission) if held.contains(permission) => Some(Vec::new()),
            Permission(permission) => Some(vec![permission]),
            All([]) => None,
            All(parts) => {
                let mut lacking = Vec::new();
                for part in parts {
                    for permission in part.lacking(held)? {
                        if !lacking.contains(&permission) {
                            lacking.push(permission);
                        }
                    }
                }
                Some(lacking)
            }
            Any(parts) => parts.iter().filter_map(|part| part.lacking(held)).min_by_key(Vec::len),
        }
    }

    /// The policy of the permissions that the expression names; `None` where it names none.
    #[expect(clippy::indexing_slicing, reason = "a const fn has no iterators; the length is checked")]
    pub(crate) const fn policy(&self) -> Option<&'static Policy> {
        match self.0 {
            Public(_) | Authenticated => None,
            Permission(permission) => Some(permission.policy()),
            All(parts) | Any(parts) if !parts.is_empty() => parts[0].policy(),
            All(_) | Any(_) => None,
        }
    }

    /// Every permission that the expression names, in order, repetitions included.
    pub fn permissions(&self) -> Box<dyn Iterator<Item = PermissionRef>> {
        match self.0 {
            Public(_) | Authenticated => Box::new(std::iter::empty()),
            Permission(permission) => Box::new(std::iter::once(permission)),
            All(parts) | Any(parts) => Box::new(parts.iter().flat_map(Self::permissions)),
        }
    }

    /// Whether the expression names a permission declared `destructive`.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "a const fn has no iterators; the loop keeps to the length")]
    pub const fn is_destructive(&self) -> bool {
        match self.0 {
            Public(_) | Authenticated => false,
            Permission(permission) => permission.info().destructive,
            All(parts) | Any(parts) => {
                let mut at = 0;
                while at < parts.len() {
                    if parts[at].is_destructive() {
                        return true;
                    }
                    at += 1;
                }
                false
            }
        }
    }

    /// Whether whoever meets the requirement certainly holds `permission`.
    #[expect(clippy::indexing_slicing, reason = "a const fn has no iterators; the loops keep to the length")]
    pub(crate) const fn implies(&self, permission: PermissionRef) -> bool {
        match self.0 {
            Public(_) | Authenticated => false,
            Permission(own) => own.is(permission),
            All(parts) => {
                let mut at = 0;
                while at < parts.len() {
                    if parts[at].implies(permission) {
                        return true;
                    }
                    at += 1;
                }
                false
            }
            Any(parts) => {
                let mut at = 0;
                while at < parts.len() {
                    if !parts[at].implies(permission) {
                        return false;
                    }
                    at += 1;
                }
                !parts.is_empty()
            }
        }
    }
}

/// As a person would say it: ``` `read_data` and (`run_reports` or `write_data`) ```.
impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |parts: &[Self], word: &str| {
            let parts: Vec<String> = parts
                .iter()
                .map(|part| match part.0 {
                    All(_) | Any(_) => format!("({part})"),
                    Public(_) | Authenticated | Permission(_) => part.to_string(),
                })
                .collect();
            parts.join(word)
        };
        match self.0 {
            Public(why) => write!(f, "public ({why})"),
            Authenticated => f.write_str("authenticated"),
            Permission(permission) => write!(f, "`{permission}`"),
            All(parts) => f.write_str(&joined(parts, " and ")),
            Any(parts) => f.write_str(&joined(parts, " or ")),
        }
    }
}
