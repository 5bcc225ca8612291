use std::{any::TypeId, borrow::Cow};

use http::{HeaderValue, Request, header::AUTHORIZATION, request::Parts};

use super::{Authenticate, api_key::ApiKeys};

/// As much of the head of a request as it takes to recognise its sender again.
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

/// Whether it is one of this crate's that look at the `Authorization` header alone. What others look at is not known.
pub(super) fn looks_at_authorization_alone<A: Authenticate>() -> bool {
    [TypeId::of::<ApiKeys>()].contains(&TypeId::of::<A>())
}
