//! Who is calling.

mod principal;

pub(crate) use principal::describe_roles;
pub use principal::{Method, Principal, PrincipalError};
