//! Tokens that are bound to a key of their holder, who proves with every request to have it (RFC 9449). A token that is
//! stolen is then of no use to the thief.

mod proof;
mod replay;

use std::{sync::Arc, time::Duration};

use http::{HeaderName, request::Parts};
use reqwest::Url;

use super::{Algorithm, Reason, url};
use crate::auth::{clock::Clock, head::Again};
use proof::Proof;
use replay::{Replayed, Seen};

/// How old a proof may be. It is made for one request.
const MAX_AGE: Duration = Duration::from_secs(60);
/// How far ahead of this machine the clock of a client may be.
const AHEAD: Duration = Duration::from_secs(10);

const DPOP: HeaderName = HeaderName::from_static("dpop");

/// What proofs have to be, and which have been used.
pub(super) struct Proofs {
    url: Url,
    algorithms: Vec<Algorithm>,
    clock: Arc<dyn Clock>,
    seen: Seen,
}

/// How a token was sent.
#[derive(Clone, Copy)]
pub(super) enum Sent<'r> {
    /// `Authorization: Bearer …`
    Bearer,
    /// `Authorization: DPoP …`, in this request.
    Proven(&'r Parts),
}

/// Why a proof is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NotProven {
    Bad(Reason),
    /// There have been too many to remember them all.
    TooMany,
}

/// The endpoint as proofs name it (RFC 9449, section 4.2): a safe URL without query and fragment.
pub(super) fn endpoint(text: &str) -> Option<Url> {
    url::safe(text).filter(|url| url.query().is_none())
}

impl Proofs {
    pub(super) fn new(url: Url, algorithms: Vec<Algorithm>, clock: Arc<dyn Clock>) -> Self {
        Self { url, algorithms, clock, seen: Seen::new(MAX_AGE + AHEAD) }
    }

    /// Whether the request proves that its sender has the key with this thumbprint (RFC 9449, section 4.3). One that is open
    /// still, and presented once more, has proven it.
    pub(super) fn check(&self, request: &Parts, token: &[u8], thumbprint: &str) -> Result<(), NotProven> {
        let bad = |what| NotProven::Bad(Reason::BadProof(what));
        let mut headers = request.headers.get_all(&DPOP).iter();
        let header = match (headers.next(), headers.next()) {
            (Some(one), None) => one.as_bytes(),
            (None, _) => return Err(bad("missing")),
            (Some(_), Some(_)) => return Err(bad("several")),
        };
        let proof = Proof::parse(header, &self.algorithms).map_err(bad)?;
        if proof.thumbprint != thumbprint {
            return Err(bad("key"));
        }
        if proof.method != request.method.as_str() {
            return Err(bad("htm"));
        }
        if !is_same(&proof.url, &self.url) {
            return Err(bad("htu"));
        }
        if proof.token_hash != proof::hash(token) {
            return Err(bad("ath"));
        }
        // it was fresh and unused when the request came, which is open still
        if request.extensions.get::<Again>().is_some() {
            return Ok(());
        }
        let age = self.clock.now().as_duration().as_secs_f64() - proof.issued;
        if age > MAX_AGE.as_secs_f64() || age < -AHEAD.as_secs_f64() {
            return Err(bad("iat"));
        }
        // last, so that only what is good in all else takes a place
        match self.seen.remember(&proof.thumbprint, &proof.id, self.clock.uptime()) {
            Ok(()) => Ok(()),
            Err(Replayed::Before) => Err(bad("replayed")),
            Err(Replayed::Unknown) => Err(NotProven::TooMany),
        }
    }
}

/// Query and fragment of what a proof names do not count; otherwise it is the same URL, once both are parsed (RFC 9449,
/// section 4.3, no. 9).
fn is_same(said: &str, ours: &Url) -> bool {
    let Ok(mut said) = Url::parse(said) else { return false };
    said.set_query(None);
    said.set_fragment(None);
    said == *ours
}
