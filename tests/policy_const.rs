//! The enums that `roles!` emits: who can do what, at compile time and at run time, and names in and out.

// what the macro emits takes nothing from its surroundings and puts no lint of the user's to work
#![forbid(unsafe_code, missing_docs, nonstandard_style, unused, unreachable_pub)]

use rbac::{Permission, Role};
use rbac_runtime::{PermissionRef, RoleRef};

rbac_runtime::roles! {
    permissions {
        /// Read customer records.
        read_data,
        /// Create and change
        /// customer records.
        write_data: baseline, implies(read_data),
        delete_data: destructive,
        "reports:run" as run_reports,
        r#type,
        later: unassigned,
    }
    roles {
        /// Looks, never touches.
        readonly { read_data, r#type }
        analyst: readonly { run_reports }
        editor: readonly { write_data }
        // a diamond, and a grant that is inherited as well
        admin: analyst, editor { delete_data, read_data }
    }
    invariants {
        only admin { delete_data };
        never readonly { write_data, run_reports };
        exclusive { delete_data, later };
    }
}

const _: () = assert!(Role::Readonly.can(Permission::ReadData));
const _: () = assert!(!Role::Readonly.can(Permission::DeleteData));
const _: () = assert!(Role::Admin.can(Permission::Type));
const _: () = assert!(!Role::Admin.can(Permission::Later));

#[test]
fn a_role_can_do_what_it_grants_and_inherits() {
    let can = |role: Role| role.permissions().to_string();
    assert_eq!(can(Role::Readonly), "read_data, type");
    assert_eq!(can(Role::Analyst), "read_data, reports:run, type");
    assert_eq!(can(Role::Editor), "read_data, write_data, type");
    assert_eq!(can(Role::Admin), "read_data, write_data, delete_data, reports:run, type");
    for role in Role::ALL {
        for permission in Permission::ALL {
            assert_eq!(
                role.can(*permission),
                role.permissions().contains(*permission),
                "{role} {permission}"
            );
        }
    }
}

#[test]
fn the_policy_knows_what_was_declared() {
    let info = |permission: Permission| permission.permission().info();
    assert_eq!(info(Permission::WriteData).description(), "Create and change\ncustomer records.");
    assert_eq!(info(Permission::DeleteData).description(), "");
    assert!(info(Permission::DeleteData).is_destructive() && !info(Permission::ReadData).is_destructive());
    assert!(info(Permission::WriteData).is_baseline() && !info(Permission::ReadData).is_baseline());
    assert!(info(Permission::Later).is_unassigned() && !info(Permission::ReadData).is_unassigned());
    let implied: Vec<PermissionRef> = Permission::WriteData.permission().implied_scopes().collect();
    assert_eq!(implied, [Permission::ReadData.into()]);

    assert_eq!(Role::Readonly.role().description(), "Looks, never touches.");
    let juniors: Vec<RoleRef> = Role::Admin.role().juniors().collect();
    assert_eq!(juniors, [Role::Analyst.into(), Role::Editor.into()]);
    assert_eq!(rbac::POLICY.module(), concat!(module_path!(), "::rbac"));
    assert_eq!(
        rbac::POLICY.roles().map(RoleRef::name).collect::<Vec<_>>(),
        Role::ALL.iter().map(|role| role.as_str()).collect::<Vec<_>>()
    );
}

#[test]
fn names_go_out_and_come_back() {
    for permission in Permission::ALL {
        assert_eq!(permission.to_string(), permission.as_str());
        assert_eq!(permission.as_str().parse(), Ok(*permission));
        let json = serde_json::to_string(permission).unwrap();
        assert_eq!(json, format!("{:?}", permission.as_str()));
        assert_eq!(serde_json::from_str::<Permission>(&json).unwrap(), *permission);
    }
    for role in Role::ALL {
        assert_eq!(role.as_str().parse(), Ok(*role));
        let json = serde_json::to_value(role).unwrap();
        assert_eq!(serde_json::from_value::<Role>(json).unwrap(), *role);
    }
    assert_eq!(Permission::RunReports.to_string(), "reports:run");
    assert_eq!(Permission::Type.to_string(), "type");
    assert_eq!(format!("[{:>10}]", Role::Admin), "[     admin]");
    assert_eq!(format!("{:?}", Permission::RunReports), "RunReports");
}

#[test]
fn an_unknown_name_is_refused_with_advice() {
    let refusal = |name: &str| name.parse::<Permission>().unwrap_err().to_string();
    assert_eq!(refusal("report:run"), "there is no permission `report:run`; did you mean `reports:run`?");
    assert_eq!(
        refusal("zzz"),
        "there is no permission `zzz`; declared are `read_data`, `write_data`, `delete_data`, `reports:run`, \
         `type`, `later`"
    );
    // the Rust name is not the wire name
    assert!(refusal("run_reports").starts_with("there is no permission `run_reports`"));
    assert_eq!(
        serde_json::from_str::<Role>("\"amdin\"").unwrap_err().to_string(),
        "there is no role `amdin`; did you mean `admin`?"
    );
}

#[test]
fn enums_are_in_the_order_of_declaration() {
    assert!(Permission::ALL.is_sorted() && Role::ALL.is_sorted());
    assert!(Permission::ReadData < Permission::WriteData && Role::Readonly < Role::Admin);
    for (index, permission) in Permission::ALL.iter().enumerate() {
        assert_eq!(permission.permission().position(), index);
    }
}

#[test]
fn a_required_name_is_found_through_every_path() {
    static HERE: PermissionRef = rbac::__permission! { (::rbac_runtime) (rbac) "reports:run" "reports:run" };
    static RAW: PermissionRef = crate::rbac::__permission! { (rbac_runtime) (crate::rbac) "type" "type" };
    static OTHER: PermissionRef =
        twins::one::rbac::__permission! { (::rbac_runtime) (twins::one::rbac) "read" "read" };
    assert_eq!(HERE, Permission::RunReports.into());
    assert_eq!(RAW, Permission::Type.into());
    assert_eq!(OTHER, twins::one::rbac::Permission::Read.into());
}

mod twins {
    macro_rules! policies {
        ($($name:ident)*) => {
            $(pub(super) mod $name {
                rbac_runtime::roles! { permissions { read } roles { reader { read } } }
            })*
        };
    }
    policies! { one two }
}

#[test]
fn policies_of_one_text_are_two_policies() {
    let (one, two) = (twins::one::rbac::Permission::Read, twins::two::rbac::Permission::Read);
    assert_ne!(PermissionRef::from(one), PermissionRef::from(two));
    assert!(!twins::one::rbac::Role::Reader.permissions().contains(two));
    assert_ne!(twins::one::rbac::POLICY, twins::two::rbac::POLICY);
}

#[test]
fn a_policy_may_stand_in_a_function() {
    mod local {
        rbac_runtime::roles! { permissions { read } roles { reader { read } } }
    }
    use local::rbac;
    static READ: PermissionRef = local::rbac::__permission! { (::rbac_runtime) (local::rbac) "read" "read" };
    assert!(rbac::Role::Reader.permissions().contains(READ));
}

/// One module per policy that `build.rs` writes.
macro_rules! wide {
    ($($name:ident $width:literal)*) => {
        $(
            mod $name {
                include!(concat!(env!("OUT_DIR"), "/wide_", $width, ".rs"));
            }

            #[test]
            fn $name() {
                use $name::rbac::{Permission, Role};
                assert_eq!(Permission::ALL.len(), $width);
                for (at, pair) in Role::ALL.chunks(2).enumerate() {
                    for (number, permission) in Permission::ALL.iter().enumerate() {
                        assert_eq!(pair[0].can(*permission), number % 7 == at, "{} {permission}", pair[0]);
                        assert_eq!(pair[1].can(*permission), number % 7 <= at, "{} {permission}", pair[1]);
                    }
                }
                let all = Role::UpTo6.permissions();
                assert_eq!(all.len(), $width);
                assert_eq!(all.iter().count(), $width);
            }
        )*
    };
}

wide! {
    a_policy_with_one_permission 1
    a_policy_that_fills_one_word 64
    a_policy_one_wider_than_a_word 65
    a_policy_with_a_thousand_permissions 1000
}

const _: () = assert!(
    a_policy_with_a_thousand_permissions::rbac::Role::UpTo6
        .can(a_policy_with_a_thousand_permissions::rbac::Permission::P999)
);
