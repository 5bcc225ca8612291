//! The module `rbac`. Nothing is decided here: a model comes in, tokens go out.
//!
//! Identifiers made from the user's names keep their place in the source (for go-to-definition and rustdoc) but belong
//! to this macro, so that no lint of the user's crate looks at them.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Mutex, PoisonError},
};

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};
use syn::Attribute;

use super::{
    model::{Model, Permission, Role},
    parse::{InvariantKind, Name, doc_text},
};

/// The module for a policy without mistakes.
pub(super) fn policy(model: &Model<'_>, runtime: &TokenStream, hash: u64) -> TokenStream {
    let table = model.permissions.iter().map(|permission| {
        let (wire, name) = (permission.wire, rust_name(permission));
        quote! { #wire #name }
    });
    module(
        model,
        runtime,
        hash,
        &quote! {
            ($name:tt ($($rt:tt)*) $site:tt) => {
                $($rt)*::__private::__miss! { [#(#table,)*] $name $site }
            };
        },
    )
}

/// The module for a policy with mistakes: what was understood of it, and a callback that accepts every name.
pub(super) fn skeleton(model: &Model<'_>, runtime: &TokenStream, hash: u64) -> TokenStream {
    module(
        model,
        runtime,
        hash,
        &quote! {
            ($name:tt ($($rt:tt)*) [($($_rt:tt)*) ($($policy:tt)*) $literal:tt]) => {
                $($rt)*::__private::permission_ref(&$($policy)*::POLICY, 0)
            };
        },
    )
}

fn module(model: &Model<'_>, runtime: &TokenStream, hash: u64, miss: &TokenStream) -> TokenStream {
    let permissions = permissions_enum(&model.permissions, runtime);
    let roles = roles_enum(&model.roles, runtime);
    let markers = markers(&model.permissions, runtime);
    let policy = policy_static(model, runtime);
    let callback = callback(&model.permissions, hash, miss);
    quote! {
        /// The policy that `roles!` declares: its permissions, its roles, and who may do what.
        pub mod rbac {
            #permissions
            #roles
            #markers
            #policy
            #callback
        }
    }
}

fn permissions_enum(permissions: &[Permission<'_>], runtime: &TokenStream) -> TokenStream {
    let variants = permissions.iter().map(|permission| {
        let docs = docs(permission.docs, || format!("The permission `{}`.", permission.wire));
        let variant = identifier(&permission.variant, permission.name);
        quote! { #docs #variant }
    });
    let all = permissions.iter().map(|permission| identifier(&permission.variant, permission.name));
    names_enum(
        &format_ident!("Permission"),
        "A permission of the policy, by its Rust name.",
        "Every permission, in the order of declaration.",
        variants,
        all,
        &quote! { #runtime::__private::permission_impls! { Permission } },
    )
}

fn roles_enum(roles: &[Role<'_>], runtime: &TokenStream) -> TokenStream {
    let variants = roles.iter().map(|role| {
        let docs = docs(role.docs, || format!("The role `{}`.", role.name.text));
        let variant = identifier(&role.variant, role.name);
        quote! { #docs #variant }
    });
    let all = roles.iter().map(|role| identifier(&role.variant, role.name));
    names_enum(
        &format_ident!("Role"),
        "A role of the policy.",
        "Every role, in the order of declaration.",
        variants,
        all,
        &quote! { #runtime::__private::role_impls! { Role } },
    )
}

fn names_enum(
    name: &Ident,
    doc: &str,
    all_doc: &str,
    variants: impl ExactSizeIterator<Item = TokenStream>,
    all: impl Iterator<Item = Ident>,
    impls: &TokenStream,
) -> TokenStream {
    // only in a skeleton: an enum without variants can have no `repr`
    let placeholder = (variants.len() == 0).then(|| quote! { #[doc(hidden)] __None });
    let placeholder_in_all = placeholder.as_ref().map(|_| quote! { Self::__None });
    quote! {
        #[doc = #doc]
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
        pub enum #name {
            #(#variants,)*
            #placeholder
        }

        impl #name {
            #[doc = #all_doc]
            pub const ALL: &'static [Self] = &[#(Self::#all,)* #placeholder_in_all];
        }

        #impls
    }
}

fn markers(permissions: &[Permission<'_>], runtime: &TokenStream) -> TokenStream {
    let markers = permissions.iter().zip(indices()).map(|(permission, index)| {
        let docs = docs(permission.docs, || format!("The permission `{}`.", permission.wire));
        let name = rust_name(permission);
        quote! {
            #docs
            pub enum #name {}
            impl #runtime::__private::PermissionMarker for #name {
                const PERMISSION: #runtime::__private::PermissionRef =
                    #runtime::__private::permission_ref(&super::POLICY, #index);
            }
            impl #name {
                #[doc(hidden)]
                pub const __INDEX: ::core::primitive::u16 = #index;
            }
        }
    });
    quote! {
        /// One type per permission, for proofs that it was checked: `Granted<rbac::permissions::…>`.
        pub mod permissions {
            #(#markers)*
        }
    }
}

fn policy_static(model: &Model<'_>, runtime: &TokenStream) -> TokenStream {
    let mut permissions: Vec<TokenStream> = model
        .permissions
        .iter()
        .map(|permission| {
            let (wire, description) = (permission.wire, description(permission.docs));
            let modifiers = modifiers(permission, runtime);
            let implies = indices_of(permission.implies.iter().map(|link| link.to));
            quote! { #runtime::__private::permission(#wire, #description, #modifiers, &[#(#implies),*]) }
        })
        .collect();
    let mut roles: Vec<TokenStream> = model
        .roles
        .iter()
        .map(|role| {
            let (name, description) = (&role.name.text, description(role.docs));
            let juniors = indices_of(role.juniors.iter().map(|link| link.to));
            let closure = role.closure.iter().map(|word| Literal::u64_unsuffixed(*word));
            quote! {
                #runtime::__private::role(#name, #description, &[#(#juniors),*], &[#(#closure),*])
            }
        })
        .collect();
    if permissions.is_empty() {
        let none = quote! { #runtime::__private::Modifiers::NONE };
        permissions.push(quote! { #runtime::__private::permission("", "", #none, &[]) });
    }
    if roles.is_empty() {
        roles.push(quote! { #runtime::__private::role("", "", &[], &[0]) });
    }
    let exclusive =
        model.invariants.iter().filter(|found| found.kind == InvariantKind::Exclusive).map(|set| {
            let permissions = indices_of(set.permissions.iter().map(|link| link.to));
            quote! { &[#(#permissions),*] }
        });
    quote! {
        /// The policy as a whole: what a server is built with.
        pub static POLICY: #runtime::__private::Policy = #runtime::__private::policy(
            ::core::module_path!(),
            &[#(#permissions),*],
            &[#(#roles),*],
            &[#(#exclusive),*],
        );
    }
}

fn modifiers(permission: &Permission<'_>, runtime: &TokenStream) -> TokenStream {
    let (destructive, baseline) = (permission.destructive, permission.baseline);
    let unassigned = permission.unassigned.is_some();
    if !(destructive || baseline || unassigned) {
        return quote! { #runtime::__private::Modifiers::NONE };
    }
    quote! {
        #runtime::__private::Modifiers {
            destructive: #destructive,
            baseline: #baseline,
            unassigned: #unassigned,
        }
    }
}

/// What finds a permission by its wire name: `rbac::__permission! { (runtime) (policy) "read_data" "read_data" }`.
///
/// The first arm puts the name in front, so that each of the following ones is refused at its first token: with 1,000
/// permissions that makes an expansion cost 0.03 ms instead of 0.3. Macros are exported to the root of the crate, where
/// their names must differ, hence the hash; there they may not be named by path, hence the `pub use`.
fn callback(permissions: &[Permission<'_>], hash: u64, miss: &TokenStream) -> TokenStream {
    let name = format_ident!("__mcp_rbac_permission_{hash:016x}");
    let hits = permissions.iter().map(|permission| {
        let (wire, name) = (permission.wire, rust_name(permission));
        quote! {
            (#wire ($($rt:tt)*) $site:tt) => { $($rt)*::__private::__hit! { #name $site } };
        }
    });
    quote! {
        #[doc(hidden)]
        #[macro_export]
        macro_rules! #name {
            (($($rt:tt)*) ($($policy:tt)*) $name:tt $literal:tt) => {
                $($policy)*::__permission! { $name ($($rt)*) [($($rt)*) ($($policy)*) $literal] }
            };
            #(#hits)*
            #miss
        }
        #[doc(hidden)]
        pub use #name as __permission;
    }
}

/// The name of the marker type.
fn rust_name(permission: &Permission<'_>) -> Ident {
    identifier(&permission.name.text, permission.name)
}

fn identifier(text: &str, name: &Name) -> Ident {
    let span = name.span.resolved_at(Span::call_site());
    if name.is_raw && text == name.text { Ident::new_raw(text, span) } else { Ident::new(text, span) }
}

/// The user's doc comment, or else something that satisfies `deny(missing_docs)`.
fn docs(attributes: &[Attribute], otherwise: impl FnOnce() -> String) -> TokenStream {
    if attributes.is_empty() {
        let otherwise = otherwise();
        return quote! { #[doc = #otherwise] };
    }
    quote! { #(#attributes)* }
}

/// The doc comment as text.
fn description(attributes: &[Attribute]) -> String {
    let lines: Vec<String> = attributes.iter().filter_map(doc_text).collect();
    let lines: Vec<&str> =
        lines.iter().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end()).collect();
    lines.join("\n").trim().to_owned()
}

fn indices() -> impl Iterator<Item = Literal> {
    (0_usize..).map(Literal::usize_unsuffixed)
}

fn indices_of(indices: impl Iterator<Item = usize>) -> impl Iterator<Item = Literal> {
    indices.map(Literal::usize_unsuffixed)
}

/// Names the callback. Equal text at the same place (a policy that a macro of the user declares twice) is told apart by
/// counting on.
pub(super) fn input_hash(tokens: &TokenStream) -> u64 {
    static USED: Mutex<Option<HashSet<u64>>> = Mutex::new(None);
    let mut hasher = DefaultHasher::new();
    tokens.to_string().hash(&mut hasher);
    if let Some(first) = tokens.clone().into_iter().nth(1) {
        let place = first.span().start();
        (first.span().file(), place.line, place.column).hash(&mut hasher);
    }
    let mut hash = hasher.finish();
    let mut used = USED.lock().unwrap_or_else(PoisonError::into_inner);
    let used = used.get_or_insert_default();
    while !used.insert(hash) {
        hash = hash.wrapping_add(1);
    }
    hash
}
