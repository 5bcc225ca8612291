//! Who is calling.

pub mod api_key;
mod authenticate;
mod authorization_server;
mod bearer;
mod clock;
mod credential;
mod head;
mod json;
#[cfg(feature = "oauth")]
pub mod oauth;
mod principal;

pub(crate) use authenticate::Authenticators;
pub use authenticate::{Authenticate, Authentication};
pub use authorization_server::AuthorizationServer;
pub(crate) use credential::{Credential, Unrecognised};
pub(crate) use head::Head;
pub(crate) use principal::describe_roles;
pub use principal::{Method, Principal, PrincipalBuilder, PrincipalError};
