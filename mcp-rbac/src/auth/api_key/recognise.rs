//! What a request presents, and whose key it is. Keys of a file and keys of a secret are recognised here, and nowhere else.

use std::time::Duration;

use http::HeaderMap;
use jiff::Timestamp;

use super::{
    digest::Digest,
    format::{Form, KeyId},
    set::KeySet,
    well_known::IMPORT_MAX,
};
use crate::auth::{Authentication, bearer::Bearer};

/// What a client is told to wait when nobody can say whether its key is good.
const RETRY_AFTER: Duration = Duration::from_secs(30);

/// Nobody can say.
pub(super) const UNAVAILABLE: Authentication = Authentication::Unavailable { retry_after: RETRY_AFTER };

/// A token that may be a key.
#[derive(Clone, Copy)]
pub(super) struct Presented<'a> {
    text: &'a [u8],
    /// `None` where it is a token of another authenticator, unless it is a key that was imported.
    id: Option<KeyId>,
}

impl<'a> Presented<'a> {
    /// The token of a request, or the answer where no key has to be looked at.
    pub(super) fn in_headers(headers: &'a HeaderMap) -> Result<Self, Authentication> {
        let text = match Bearer::of(headers) {
            Bearer::None => return Err(Authentication::NotMine),
            Bearer::Several => {
                return Err(Authentication::Rejected("several `Authorization` headers".to_owned()));
            }
            Bearer::Token(token) => token,
        };
        match Form::of(text) {
            Form::Malformed(reason) => Err(Authentication::Rejected(reason.to_owned())),
            Form::Key(id) => Ok(Self { text, id: Some(id) }),
            Form::Foreign if text.len() > IMPORT_MAX => Err(Authentication::NotMine),
            Form::Foreign => Ok(Self { text, id: None }),
        }
    }

    /// The token as it is.
    pub(super) fn text(self) -> &'a [u8] {
        self.text
    }

    /// Whose key it is. `overdue` are keys that do not count any more: who has one of them is told that nobody can say.
    pub(super) fn recognised(
        self,
        keys: &KeySet,
        digests: impl Iterator<Item = Digest>,
        overdue: bool,
        now: Timestamp,
    ) -> Authentication {
        let slot = match self.id {
            Some(_) if overdue => return UNAVAILABLE,
            Some(id) => match keys.verify(id, digests) {
                Ok(slot) => slot,
                Err(mismatch) => return Authentication::Rejected(mismatch.reason()),
            },
            None => match keys.verify_imported(digests) {
                Some(_) if overdue => return UNAVAILABLE,
                Some(slot) => slot,
                None => return Authentication::NotMine,
            },
        };
        match slot.principal(now) {
            Ok(principal) => Authentication::Principal(principal),
            Err(reason) => Authentication::Rejected(reason),
        }
    }

    /// The answer where there have never been keys to compare it with.
    pub(super) fn unknown(self) -> Authentication {
        if self.id.is_some() { UNAVAILABLE } else { Authentication::NotMine }
    }
}
