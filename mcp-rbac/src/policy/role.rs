use std::fmt;

use super::{PermissionSet, Policy};

/// What `roles!` declares about one role.
#[derive(Debug)]
pub struct RoleInfo {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) juniors: &'static [u16],
    /// Every permission the role reaches, inherited ones included, as a bit set.
    pub(crate) closure: &'static [u64],
}

/// One role of one policy.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RoleRef {
    policy: &'static Policy,
    index: u16,
}

impl RoleRef {
    pub(crate) const fn new(policy: &'static Policy, index: u16) -> Self {
        Self { policy, index }
    }

    /// The policy that declares it.
    #[must_use]
    pub const fn policy(self) -> &'static Policy {
        self.policy
    }

    /// Its place in the order of declaration, counted from 0.
    #[must_use]
    pub const fn position(self) -> usize {
        self.index as usize
    }

    #[expect(clippy::indexing_slicing, reason = "every constructor takes the index from the policy itself")]
    const fn info(self) -> &'static RoleInfo {
        &self.policy.roles[self.index as usize]
    }

    /// The name, as `roles!` declares it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.info().name
    }

    /// The doc comment of the declaration; empty without one.
    #[must_use]
    pub const fn description(self) -> &'static str {
        self.info().description
    }

    /// The roles it inherits from directly.
    pub fn juniors(self) -> impl ExactSizeIterator<Item = Self> {
        self.info().juniors.iter().map(move |&index| Self::new(self.policy, index))
    }

    /// Every permission that the role reaches, inherited ones included.
    #[must_use]
    pub const fn permissions(self) -> PermissionSet<'static> {
        PermissionSet::new(self.policy, self.info().closure)
    }
}

impl fmt::Debug for RoleRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Role({})", self.name())
    }
}

impl fmt::Display for RoleRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Whatever names a role: the `rbac::Role` that `roles!` emits, or a [`RoleRef`] looked up at run time.
pub trait PolicyRole: Copy {
    /// The role that it names.
    fn role(self) -> RoleRef;
}

impl PolicyRole for RoleRef {
    fn role(self) -> RoleRef {
        self
    }
}
