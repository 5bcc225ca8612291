/// The policy that `roles!` declares: its permissions, its roles, and who may do what.
pub mod rbac {
    ///A permission of the policy, by its Rust name.
    #[derive(
        ::core::clone::Clone,
        ::core::marker::Copy,
        ::core::cmp::PartialEq,
        ::core::cmp::Eq,
        ::core::cmp::PartialOrd,
        ::core::cmp::Ord,
        ::core::hash::Hash,
        ::core::fmt::Debug,
    )]
    #[repr(u16)]
    pub enum Permission {
        /// Read records.
        ReadData,
        ///The permission `data:delete`.
        DeleteData,
    }
    impl Permission {
        ///Every permission, in the order of declaration.
        pub const ALL: &'static [Self] = &[Self::ReadData, Self::DeleteData];
    }
    ::mcp_rbac::__private::permission_impls! {
        Permission
    }
    ///A role of the policy.
    #[derive(
        ::core::clone::Clone,
        ::core::marker::Copy,
        ::core::cmp::PartialEq,
        ::core::cmp::Eq,
        ::core::cmp::PartialOrd,
        ::core::cmp::Ord,
        ::core::hash::Hash,
        ::core::fmt::Debug,
    )]
    #[repr(u16)]
    pub enum Role {
        ///The role `reader`.
        Reader,
        /// May do everything.
        Admin,
    }
    impl Role {
        ///Every role, in the order of declaration.
        pub const ALL: &'static [Self] = &[Self::Reader, Self::Admin];
    }
    ::mcp_rbac::__private::role_impls! {
        Role
    }
    /// One type per permission, for proofs that it was checked: `Granted<rbac::permissions::…>`.
    pub mod permissions {
        /// Read records.
        pub enum read_data {}
        impl ::mcp_rbac::__private::PermissionMarker for read_data {
            const PERMISSION: ::mcp_rbac::__private::PermissionRef = ::mcp_rbac::__private::permission_ref(
                &super::POLICY,
                0,
            );
        }
        impl read_data {
            #[doc(hidden)]
            pub const __INDEX: ::core::primitive::u16 = 0;
        }
        ///The permission `data:delete`.
        pub enum delete_data {}
        impl ::mcp_rbac::__private::PermissionMarker for delete_data {
            const PERMISSION: ::mcp_rbac::__private::PermissionRef = ::mcp_rbac::__private::permission_ref(
                &super::POLICY,
                1,
            );
        }
        impl delete_data {
            #[doc(hidden)]
            pub const __INDEX: ::core::primitive::u16 = 1;
        }
    }
    /// The policy as a whole: what a server is built with.
    pub static POLICY: ::mcp_rbac::__private::Policy = ::mcp_rbac::__private::policy(
        ::core::module_path!(),
        &[
            ::mcp_rbac::__private::permission(
                "read_data",
                "Read records.",
                ::mcp_rbac::__private::Modifiers::NONE,
                &[],
            ),
            ::mcp_rbac::__private::permission(
                "data:delete",
                "",
                ::mcp_rbac::__private::Modifiers {
                    destructive: true,
                    baseline: false,
                    unassigned: false,
                },
                &[],
            ),
        ],
        &[
            ::mcp_rbac::__private::role("reader", "", &[], &[1]),
            ::mcp_rbac::__private::role("admin", "May do everything.", &[0], &[3]),
        ],
        &[],
    );
    #[doc(hidden)]
    #[macro_export]
    macro_rules! __mcp_rbac_permission_ce89b66f01e0e056 {
        (($($rt:tt)*) ($($policy:tt)*) $name:tt $literal:tt) => {
            $($policy)* ::__permission! { $name ($($rt)*) [($($rt)*) ($($policy)*)
            $literal] }
        };
        ("read_data"($($rt:tt)*) $site:tt) => {
            $($rt)* ::__private::__hit! { read_data $site }
        };
        ("data:delete"($($rt:tt)*) $site:tt) => {
            $($rt)* ::__private::__hit! { delete_data $site }
        };
        ($name:tt ($($rt:tt)*) $site:tt) => {
            $($rt)* ::__private::__miss! { ["read_data" read_data, "data:delete"
            delete_data,] $name $site }
        };
    }
    #[doc(hidden)]
    pub use __mcp_rbac_permission_ce89b66f01e0e056 as __permission;
}
