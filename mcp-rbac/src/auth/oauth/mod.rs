//! OAuth 2.1: access tokens that an authorization server issues, and what recognises a caller by one.
//!
//! A server takes them with [`OAuth`](crate::OAuth). It is a *resource server*: it checks tokens and issues none.

mod algorithm;
mod authenticator;
mod cache;
mod denied;
mod discovery;
mod dpop;
mod error;
mod fetch;
mod introspection;
mod keys;
mod presets;
mod reason;
mod roles;
mod rules;
mod scopes;
mod tally;
mod token;
mod url;
mod verifier;
#[cfg(test)]
mod wycheproof;

pub use algorithm::Algorithm;
pub use authenticator::OAuth;
pub use error::OAuthError;
pub use introspection::Introspection;
use reason::Reason;
pub use roles::{RoleClaim, claim};
pub use scopes::Scopes;
