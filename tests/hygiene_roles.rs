//! `roles!` in a crate that makes it as hard as it can: no prelude, every lint forbidden, and names of its own where
//! the standard ones are expected.

#![no_implicit_prelude]
#![forbid(unsafe_code, missing_docs, nonstandard_style, unused, unreachable_pub, warnings)]

::rbac_runtime::roles! {
    permissions {
        read_data,
        write_data: destructive, baseline, implies(read_data),
        "text" as str, u16, core, Permission, POLICY, rbac_runtime,
        r#type: unassigned,
    }
    roles {
        readonly { read_data, str, u16, core, Permission, POLICY, rbac_runtime }
        role: readonly { write_data }
        permission: role {}
    }
    invariants {
        never readonly { write_data };
    }
}

/// Another policy in the same crate.
pub mod shadowing {
    ::rbac_runtime::roles! { permissions { read_data } roles { reader { read_data } } }

    /// Not the one of the standard library.
    pub struct Option;
    /// Not the one of the standard library.
    pub struct Result;
    /// Not the one of the standard library.
    pub struct Vec;
    /// Not the crate.
    pub mod std {}
    /// Not the crate.
    pub mod core {}
    /// Not the crate.
    pub mod rbac_runtime {}
}

const _: () = ::core::assert!(!rbac::Role::Readonly.can(rbac::Permission::WriteData));

static OWN: ::rbac_runtime::PermissionRef =
    rbac::__permission! { (::rbac_runtime) (crate::rbac) "text" "text" };
static RAW: ::rbac_runtime::PermissionRef =
    rbac::__permission! { (::rbac_runtime) (crate::rbac) "type" "type" };
static OTHER: ::rbac_runtime::PermissionRef =
    shadowing::rbac::__permission! { (::rbac_runtime) (crate::shadowing::rbac) "read_data" "read_data" };

#[::core::prelude::v1::test]
fn names_lead_where_they_should() {
    ::core::assert_eq!(OWN, rbac::Permission::Str.permission());
    ::core::assert_eq!(RAW, rbac::Permission::Type.permission());
    ::core::assert_eq!(OTHER, shadowing::rbac::Permission::ReadData.permission());
}

/// A function can have a policy of its own, where the module around it has none.
pub mod function {
    #[::core::prelude::v1::test]
    fn a_policy_may_stand_in_a_function() {
        ::rbac_runtime::roles! { permissions { run } roles { runner { run } } }
        static RUN: ::rbac_runtime::PermissionRef =
            rbac::__permission! { (::rbac_runtime) (rbac) "run" "run" };
        ::core::assert!(rbac::Role::Runner.permissions().contains(RUN));
    }
}
