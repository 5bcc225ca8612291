use std::fmt;

use super::Policy;

/// What `roles!` declares about one permission.
#[derive(Debug, Clone, Copy)]
pub struct PermissionInfo {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) destructive: bool,
    pub(crate) baseline: bool,
    pub(crate) unassigned: bool,
    pub(crate) implies: &'static [u16],
}

impl PermissionInfo {
    /// The wire name: what `requires` and OAuth scopes say.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The doc comment of the declaration; empty without one.
    #[must_use]
    pub const fn description(&self) -> &'static str {
        self.description
    }

    /// Declared `destructive`: a tool whose requirement contains it is listed with `destructiveHint`.
    #[must_use]
    pub const fn is_destructive(&self) -> bool {
        self.destructive
    }

    /// Declared `baseline`: part of what the first OAuth challenge asks for.
    #[must_use]
    pub const fn is_baseline(&self) -> bool {
        self.baseline
    }

    /// Declared `unassigned`: no role grants it yet.
    #[must_use]
    pub const fn is_unassigned(&self) -> bool {
        self.unassigned
    }
}

/// One permission of one policy.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PermissionRef {
    policy: &'static Policy,
    index: u16,
}

impl PermissionRef {
    pub(crate) const fn new(policy: &'static Policy, index: u16) -> Self {
        Self { policy, index }
    }

    /// The policy that declares it.
    #[must_use]
    pub const fn policy(self) -> &'static Policy {
        self.policy
    }

    pub(crate) const fn index(self) -> u16 {
        self.index
    }

    /// Its place in the order of declaration, counted from 0.
    #[must_use]
    pub const fn position(self) -> usize {
        self.index as usize
    }

    /// `==` for constant expressions, where the addresses of two policies cannot be compared: the names stand in for
    /// them. At run time the guard compares the addresses as well.
    pub(crate) const fn is(self, other: Self) -> bool {
        self.index == other.index
            && same_text(self.name(), other.name())
            && same_text(self.policy.module, other.policy.module)
    }

    /// What `roles!` declares about it.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "every constructor takes the index from the policy itself")]
    pub const fn info(self) -> &'static PermissionInfo {
        &self.policy.permissions[self.index as usize]
    }

    /// The wire name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.info().name
    }

    /// The permissions whose scope this permission's scope covers as well (`implies(…)`). It concerns OAuth scopes
    /// only: a role that grants this permission does not thereby grant those.
    pub fn implied_scopes(self) -> impl Iterator<Item = Self> {
        self.info().implies.iter().map(move |&index| Self::new(self.policy, index))
    }
}

impl fmt::Debug for PermissionRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Permission({})", self.name())
    }
}

impl fmt::Display for PermissionRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The type that stands for one permission, as in `Granted<rbac::permissions::delete_data>`. Only `roles!` implements
/// it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a permission",
    label = "expected a type of `rbac::permissions`",
    note = "`roles!` declares one type per permission: `rbac::permissions::delete_data`"
)]
pub trait PermissionMarker: 'static {
    /// The permission that this type stands for.
    const PERMISSION: PermissionRef;
}

#[expect(clippy::indexing_slicing, reason = "a const fn has no iterators; both lengths are checked")]
const fn same_text(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut at = 0;
    while at < a.len() && at < b.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    a.len() == b.len()
}
