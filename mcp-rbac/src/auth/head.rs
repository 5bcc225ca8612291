use std::{any::Any, borrow::Cow};

use http::{HeaderValue, Request, header::AUTHORIZATION, request::Parts};

use super::{
    Authenticate,
    api_key::{ApiKeySecret, ApiKeys},
};

/// As much of the head of a request as it takes to recognise its sender again.
#[cfg_attr(not(feature = "http"), expect(dead_code, reason = "only HTTP has requests with a head"))]
pub(crate) enum Head {
    /// The one header that every authenticator of the server looks at, and nothing else of the request.
    Authorization(Option<HeaderValue>),
    Whole(Box<Parts>),
}

impl Head {
    /// To be presented once more.
    pub(super) fn request(&self) -> Cow<'_, Parts> {
        match self {
            Self::Whole(parts) => Cow::Borrowed(parts),
            Self::Authorization(value) => {
                let (mut parts, ()) = Request::new(()).into_parts();
                if let Some(value) = value {
                    parts.headers.insert(AUTHORIZATION, value.clone());
                }
                Cow::Owned(parts)
            }
        }
    }
}

/// In the extensions of a request that is presented once more: what can be used once has been used, by this very request.
#[derive(Clone)]
#[cfg(feature = "http")]
pub(super) struct Again;

/// Whether it is one of this crate's that look at the `Authorization` header alone. What others look at is not known.
pub(super) fn looks_at_authorization_alone<A: Authenticate>(authenticator: &A) -> bool {
    let authenticator: &dyn Any = authenticator;
    #[cfg(feature = "oauth")]
    if let Some(tokens) = authenticator.downcast_ref::<super::oauth::OAuth>() {
        return !tokens.takes_proofs();
    }
    authenticator.is::<ApiKeys>() || authenticator.is::<ApiKeySecret>()
}
