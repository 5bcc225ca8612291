//! What the scopes of a token cover.

use serde_json::Value;

use super::{Reason, token::Claims};
use crate::policy::{PermissionRef, Policy};

/// How many scopes a token may have.
const MAX_SCOPES: usize = 1000;

/// What the scopes of an issuer's tokens mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scopes {
    /// A client may do on behalf of a user what the roles of the user give **and** the scopes of the token cover. A
    /// scope covers the permission of its name and those that it `implies`; a missing, empty or unknown one covers
    /// nothing. Where a scope is all that is missing, the client is told which one to ask for.
    Limit,
    /// A client may do all that the roles of the user give: the issuer knows nothing of this server's permissions. It is
    /// never told to ask for scopes.
    Ignore,
}

/// The permissions whose scopes the token has (RFC 6749, section 3.3; RFC 9068, section 2.2.3): the text `scope`, or the
/// array or text `scp` of Okta and Entra ID.
pub(super) fn granted(
    claims: &Claims,
    prefix: &str,
    policy: &'static Policy,
) -> Result<Vec<PermissionRef>, Reason> {
    let bad = |name: &'static str| Reason::BadClaim(name.into());
    let said: Vec<&str> = match (claims.get("scope"), claims.get("scp")) {
        (None, None) => Vec::new(),
        (Some(Value::String(text)), None) | (None, Some(Value::String(text))) => text.split(' ').collect(),
        (None, Some(Value::Array(several))) => {
            several.iter().map(|scope| scope.as_str().ok_or(bad("scp"))).collect::<Result<_, _>>()?
        }
        // which of two to believe, the token does not say
        (Some(_), Some(_)) | (None, Some(_)) => return Err(bad("scp")),
        (Some(_), None) => return Err(bad("scope")),
    };
    if said.len() > MAX_SCOPES {
        return Err(bad(if claims.has("scp") { "scp" } else { "scope" }));
    }
    let names = said.into_iter().filter_map(|scope| scope.strip_prefix(prefix));
    Ok(names.filter_map(|name| policy.permission(name).ok()).collect())
}
