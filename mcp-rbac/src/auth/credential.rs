use std::{fmt, sync::Arc, time::Duration};

use http::{HeaderValue, Request, header::AUTHORIZATION, request::Parts};

use super::{Authentication, Authenticators, Principal};
use crate::policy::Policy;

/// A credential that stands for all requests of one connection, as an HTTP client would send it with each.
pub(crate) struct Credential {
    authenticators: Arc<Authenticators>,
    policy: &'static Policy,
    request: Parts,
}

/// Why nobody was recognised.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Unrecognised {
    /// The credential is bad; the reason is for the record.
    #[error("{0}")]
    Rejected(String),
    /// It cannot be found out at the moment.
    #[error("unavailable")]
    Unavailable {
        /// When it is worth trying again.
        retry_after: Duration,
    },
}

impl Credential {
    /// `token`, to be looked at by `authenticators`; `None` when it could not be sent in a header.
    pub(crate) fn bearer(
        token: &str,
        authenticators: Arc<Authenticators>,
        policy: &'static Policy,
    ) -> Option<Self> {
        let mut value = HeaderValue::try_from(format!("Bearer {token}")).ok()?;
        value.set_sensitive(true);
        let (mut request, ()) = Request::new(()).into_parts();
        request.headers.insert(AUTHORIZATION, value);
        Some(Self { authenticators, policy, request })
    }

    /// Whose it is now.
    pub(crate) async fn principal(&self) -> Result<Principal, Unrecognised> {
        match self.authenticators.authenticate(&self.request, self.policy).await {
            Authentication::Principal(principal) => Ok(principal),
            Authentication::Rejected(why) | Authentication::Foreign(why) => Err(Unrecognised::Rejected(why)),
            Authentication::Unavailable { retry_after } => Err(Unrecognised::Unavailable { retry_after }),
            Authentication::NotMine => {
                Err(Unrecognised::Rejected("no authenticator knows this kind of credential".to_owned()))
            }
        }
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(…)")
    }
}
