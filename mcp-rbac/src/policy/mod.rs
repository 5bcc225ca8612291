//! What may be done: permissions, roles and the requirements that tools state. Nothing here knows the protocol, a
//! caller or a tool; the other rooms import this one and it imports none of them.

mod granted;
mod names;
mod permission;
#[cfg(test)]
pub(crate) mod properties;
mod requirement;
mod role;
pub(crate) mod scopes;
mod set;

pub use granted::Granted;
pub(crate) use names::deserialize_name;
pub use permission::{PermissionInfo, PermissionMarker, PermissionRef};
pub use requirement::Requirement;
pub use role::{PolicyRole, RoleInfo, RoleRef};
pub(crate) use set::PermissionBits;
pub use set::PermissionSet;

use std::fmt;

/// The compiled policy: every permission and role that one `roles!` declares. It is the ceiling of what this binary
/// can ever allow.
///
/// `roles!` emits one as `rbac::POLICY`; two policies are the same when they are the same static, so a policy is
/// compared by address and never copied.
///
/// ```
/// mcp_rbac::roles! {
///     permissions { read_data, write_data }
///     roles { reader { read_data } editor: reader { write_data } }
/// }
/// # fn main() {
/// assert_eq!(rbac::POLICY.permissions().len(), 2);
/// let editor = rbac::POLICY.role("editor").unwrap();
/// assert!(editor.permissions().contains(rbac::Permission::ReadData));
/// # }
/// ```
pub struct Policy {
    pub(crate) module: &'static str,
    pub(crate) permissions: &'static [PermissionInfo],
    pub(crate) roles: &'static [RoleInfo],
    /// Sets of permissions that no principal may hold more than one of (static separation of duty).
    pub(crate) exclusive: &'static [&'static [u16]],
}

impl Policy {
    /// The path of the module `rbac` that `roles!` emitted, as `module_path!()` gives it; for messages.
    #[must_use]
    pub const fn module(&self) -> &'static str {
        self.module
    }

    /// Every permission, in the order of declaration.
    #[must_use]
    pub const fn permissions(&self) -> &'static [PermissionInfo] {
        self.permissions
    }

    /// Every role, in the order of declaration.
    pub fn roles(&'static self) -> impl ExactSizeIterator<Item = RoleRef> {
        (0..self.roles.len()).map(move |index| RoleRef::new(self, index as u16))
    }

    /// The sets of permissions that nobody may hold more than one of (`exclusive`).
    pub fn exclusive(&'static self) -> impl ExactSizeIterator<Item = Vec<PermissionRef>> {
        self.exclusive
            .iter()
            .map(move |set| set.iter().map(|&index| PermissionRef::new(self, index)).collect())
    }

    /// The permission with this wire name.
    ///
    /// # Errors
    ///
    /// [`UnknownName`] when the policy declares no such permission; its text suggests the nearest one.
    pub fn permission(&'static self, name: &str) -> Result<PermissionRef, UnknownName> {
        let names = self.permissions.iter().map(|permission| permission.name);
        position("permission", name, names).map(|index| PermissionRef::new(self, index))
    }

    /// The role with this name.
    ///
    /// # Errors
    ///
    /// [`UnknownName`] when the policy declares no such role; its text suggests the nearest one.
    pub fn role(&'static self, name: &str) -> Result<RoleRef, UnknownName> {
        let names = self.roles.iter().map(|role| role.name);
        position("role", name, names).map(|index| RoleRef::new(self, index))
    }
}

/// Short on purpose: a policy is a table, and what a log line needs of it is which one it is.
impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Policy({})", self.module)
    }
}

impl PartialEq for Policy {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Policy {}

/// A name that the policy does not declare.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no {kind} `{name}`{}", self.advice())]
pub struct UnknownName {
    kind: &'static str,
    name: String,
    known: Vec<&'static str>,
}

impl UnknownName {
    fn advice(&self) -> String {
        match nearest(&self.name, self.known.iter().copied()) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => {
                let known: Vec<String> = self.known.iter().map(|name| format!("`{name}`")).collect();
                format!("; declared are {}", known.join(", "))
            }
        }
    }
}

fn position(
    kind: &'static str,
    name: &str,
    mut known: impl Iterator<Item = &'static str> + Clone,
) -> Result<u16, UnknownName> {
    let all = known.clone();
    match known.position(|candidate| candidate == name) {
        Some(index) => Ok(index as u16),
        None => Err(UnknownName { kind, name: name.chars().take(80).collect(), known: all.collect() }),
    }
}

/// The known name that a misspelt one most likely means.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
