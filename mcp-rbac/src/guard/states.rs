use std::time::Duration;

use rmcp::model::{RequestStateCodec, RequestStateError, SealOptions};
use sha2::{Digest, Sha256};

use super::{Allowed, denial::What};
use crate::{auth::Principal, tool::Failure};

/// How long a client may take for one round.
const ROUND: Duration = Duration::from_secs(15 * 60);

/// Seals the state that a function hands out between two rounds of one request, and opens it when it comes back (MCP
/// 2026-07-28, basic/patterns/mrtr, "Request State": it is attacker-controlled, and has to be integrity-protected and
/// bound to the principal and the request). Functions, and handlers of somebody else's, see what they handed out.
///
/// It is authenticated and not encrypted: the client can read it.
pub(crate) struct RequestStates(RequestStateCodec);

/// Why there is no state.
#[derive(Debug)]
pub(super) enum BadState {
    /// It was not handed out here, or to somebody else, for another request, or too long ago.
    NotTheirs,
}

impl RequestStates {
    /// The least length of a key, in bytes.
    pub(crate) const LEAST_KEY: usize = RequestStateCodec::MIN_KEY_LENGTH;

    /// With a key that lives as long as the process: after a restart every open round begins anew.
    ///
    /// # Errors
    ///
    /// When the operating system gives no random bytes.
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        let mut key = [0; RequestStateCodec::MIN_KEY_LENGTH];
        getrandom::fill(&mut key)?;
        Ok(Self(RequestStateCodec::new_unchecked(key.to_vec())))
    }

    /// With a key that several processes share.
    ///
    /// # Errors
    ///
    /// [`RequestStateError`] for a key that is too short.
    pub(crate) fn with_key(key: &[u8]) -> Result<Self, RequestStateError> {
        RequestStateCodec::try_new(key.to_vec()).map(Self)
    }

    /// What is sent for the state that the function hands out. Somebody anonymous owns nothing, and so no state.
    pub(super) fn seal(&self, state: &str, bound: &Bound) -> Result<String, Failure> {
        if bound.anonymous {
            let why = "an anonymous caller can have no request state: it could not be told from another's";
            return Err(Failure::Internal(why.to_owned()));
        }
        let options = SealOptions::new().associated_data(&bound.digest).ttl(ROUND);
        Ok(self.0.seal_with(state.as_bytes(), &options))
    }

    /// The state as the function handed it out.
    pub(super) fn open(&self, sealed: &str, bound: &Bound) -> Result<String, BadState> {
        if bound.anonymous {
            return Err(BadState::NotTheirs);
        }
        let state = self.0.open_with(sealed, &bound.digest).map_err(|_| BadState::NotTheirs)?;
        String::from_utf8(state).map_err(|_| BadState::NotTheirs)
    }
}

/// What a state belongs to: the principal and its client, what was asked for, and with which arguments.
pub(super) struct Bound {
    anonymous: bool,
    digest: [u8; 32],
}

impl Bound {
    pub(super) fn to(principal: &Principal, what: &What<'_>, request: &Allowed) -> Self {
        let mut digest = Sha256::new();
        let mut part = |text: &str| {
            digest.update((text.len() as u64).to_be_bytes());
            digest.update(text.as_bytes());
        };
        part(principal.method().as_str());
        for optional in [principal.issuer(), principal.client()] {
            part(if optional.is_some() { "1" } else { "0" });
            part(optional.unwrap_or_default());
        }
        part(principal.subject());
        part(what.kind);
        part(what.name);
        // the keys of an object are sorted
        part(
            &request
                .arguments()
                .map(|arguments| serde_json::json!(arguments).to_string())
                .unwrap_or_default(),
        );
        Self { anonymous: principal.is_anonymous(), digest: digest.finalize().into() }
    }
}
