//! Who is calling.

pub mod api_key;
mod authenticate;
mod credential;
mod head;
mod principal;

pub(crate) use authenticate::Authenticators;
pub use authenticate::{Authenticate, Authentication};
pub(crate) use credential::{Credential, Unrecognised};
pub(crate) use head::Head;
pub(crate) use principal::describe_roles;
pub use principal::{Method, Principal, PrincipalBuilder, PrincipalError};
