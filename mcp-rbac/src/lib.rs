//! Role-based access control for MCP servers, checked by the compiler.

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
pub mod policy;

pub use policy::{Granted, PermissionRef, PermissionSet, Policy, PolicyRole, Requirement, RoleRef};

/// Declares the permissions and roles of a policy; emits the module `rbac`.
#[macro_export]
macro_rules! roles {
    ($($policy:tt)*) => {
        $crate::__private::__roles! { ($crate) $($policy)* }
    };
}
