//! The only names that the code our macros emit may use. No part of the public interface: it changes with every
//! version, which is why `mcp-rbac` pins `mcp-rbac-macros` exactly.

pub use inventory;
pub use mcp_rbac_macros::{__hit, __miss, __roles};
pub use serde;

pub use crate::{__permission_impls as permission_impls, __role_impls as role_impls};

pub use crate::policy::{
    PermissionInfo, PermissionMarker, PermissionRef, PermissionSet, Policy, PolicyRole, RoleInfo, RoleRef,
    UnknownName,
};

/// The modifiers of a permission in `roles!`.
pub struct Modifiers {
    pub destructive: bool,
    pub baseline: bool,
    pub unassigned: bool,
}

impl Modifiers {
    pub const NONE: Self = Self { destructive: false, baseline: false, unassigned: false };
}

pub const fn permission(
    name: &'static str,
    description: &'static str,
    modifiers: Modifiers,
    implies: &'static [u16],
) -> PermissionInfo {
    let Modifiers { destructive, baseline, unassigned } = modifiers;
    PermissionInfo { name, description, destructive, baseline, unassigned, implies }
}

pub const fn role(
    name: &'static str,
    description: &'static str,
    juniors: &'static [u16],
    closure: &'static [u64],
) -> RoleInfo {
    RoleInfo { name, description, juniors, closure }
}

pub const fn policy(
    module: &'static str,
    permissions: &'static [PermissionInfo],
    roles: &'static [RoleInfo],
    exclusive: &'static [&'static [u16]],
) -> Policy {
    Policy { module, permissions, roles, exclusive }
}

pub const fn permission_ref(policy: &'static Policy, index: u16) -> PermissionRef {
    PermissionRef::new(policy, index)
}

pub const fn role_ref(policy: &'static Policy, index: u16) -> RoleRef {
    RoleRef::new(policy, index)
}

/// Whether a role's closure has a permission; the whole of `Role::can`.
pub const fn can(role: RoleRef, permission: PermissionRef) -> bool {
    role.permissions().has(permission.index())
}

pub fn deserialize_name<'de, N, D>(deserializer: D) -> Result<N, D::Error>
where
    N: std::str::FromStr<Err = UnknownName>,
    D: serde::Deserializer<'de>,
{
    crate::policy::deserialize_name(deserializer)
}
