//! What the enums that `roles!` emits can do. It is the same for every policy, so it is written here and not by the
//! macro.

/// The implementations of `rbac::Permission`.
#[doc(hidden)]
#[macro_export]
macro_rules! __permission_impls {
    ($Name:ident) => {
        impl $Name {
            /// The wire name: what `requires` and OAuth scopes say.
            #[must_use]
            pub const fn as_str(self) -> &'static ::core::primitive::str {
                self.permission().name()
            }

            /// The permission as the runtime knows it.
            #[must_use]
            pub const fn permission(self) -> $crate::__private::PermissionRef {
                $crate::__private::permission_ref(&POLICY, self as ::core::primitive::u16)
            }
        }

        impl ::core::convert::From<$Name> for $crate::__private::PermissionRef {
            fn from(permission: $Name) -> Self {
                permission.permission()
            }
        }

        $crate::__names_impls!($Name permission);
    };
}

/// The implementations of `rbac::Role`.
#[doc(hidden)]
#[macro_export]
macro_rules! __role_impls {
    ($Name:ident) => {
        impl $Name {
            /// The name, as `roles!` declares it.
            #[must_use]
            pub const fn as_str(self) -> &'static ::core::primitive::str {
                self.role().name()
            }

            /// The role as the runtime knows it.
            #[must_use]
            pub const fn role(self) -> $crate::__private::RoleRef {
                $crate::__private::role_ref(&POLICY, self as ::core::primitive::u16)
            }

            /// Whether the role grants `permission`, itself or through a role it inherits from.
            ///
            /// It is a `const fn`, so that a policy test can be a line the compiler runs:
            /// `const _: () = assert!(!Role::Readonly.can(Permission::DeleteData));`
            #[must_use]
            pub const fn can(self, permission: Permission) -> ::core::primitive::bool {
                $crate::__private::can(self.role(), permission.permission())
            }

            /// Every permission that the role reaches, inherited ones included.
            #[must_use]
            pub const fn permissions(self) -> $crate::__private::PermissionSet<'static> {
                self.role().permissions()
            }
        }

        impl ::core::convert::From<$Name> for $crate::__private::RoleRef {
            fn from(role: $Name) -> Self {
                role.role()
            }
        }

        impl $crate::__private::PolicyRole for $Name {
            fn role(self) -> $crate::__private::RoleRef {
                self.role()
            }
        }

        $crate::__names_impls!($Name role);
    };
}

/// Text in and out, by the declared name.
#[doc(hidden)]
#[macro_export]
macro_rules! __names_impls {
    ($Name:ident $lookup:ident) => {
        impl ::core::fmt::Display for $Name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::core::str::FromStr for $Name {
            type Err = $crate::__private::UnknownName;

            fn from_str(
                name: &::core::primitive::str,
            ) -> ::core::result::Result<Self, $crate::__private::UnknownName> {
                match POLICY.$lookup(name) {
                    ::core::result::Result::Ok(found) => {
                        ::core::result::Result::Ok(Self::ALL[found.position()])
                    }
                    ::core::result::Result::Err(unknown) => ::core::result::Result::Err(unknown),
                }
            }
        }

        impl $crate::__private::serde::Serialize for $Name {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $Name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::deserialize_name(deserializer)
            }
        }
    };
}

/// Reads a name that a policy declares, by its `FromStr`.
pub(crate) fn deserialize_name<'de, N, D>(deserializer: D) -> Result<N, D::Error>
where
    N: std::str::FromStr<Err = super::UnknownName>,
    D: serde::Deserializer<'de>,
{
    let name = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
    name.parse().map_err(serde::de::Error::custom)
}
