//! Digests under a pepper: who steals them has nothing to test a guess with.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use super::digest::Digest;
use crate::secrets::{SecretError, SecretVersions};

/// The shortest pepper, in bytes: as long as what it makes (RFC 2104, section 3).
const LEAST: usize = 32;

/// What is stored of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DigestKind {
    /// Their SHA-256.
    Plain,
    /// Their HMAC-SHA-256 under a pepper.
    Peppered,
}

/// One pepper. It is zeroed when it is dropped.
pub(super) struct Pepper(Hmac<Sha256>);

impl Pepper {
    /// The HMAC-SHA-256 of a whole key as it is presented.
    pub(super) fn of(&self, presented: &[u8]) -> Digest {
        Digest::from_bytes(self.0.clone().chain_update(presented).finalize().into_bytes().into())
    }
}

/// The pepper that counts and, while it is being rotated, the one before.
pub(super) struct Peppers {
    current: Pepper,
    previous: Option<Pepper>,
}

impl Peppers {
    pub(super) fn read(secret: &SecretVersions) -> Result<Self, SecretError> {
        let previous = secret.previous().map(Self::hmac).transpose();
        Ok(Self {
            current: Self::hmac(secret.current())?,
            previous: previous.unwrap_or_else(|error| {
                tracing::warn!(target: "mcp_rbac", "the pepper before the current one is left out: {error}");
                None
            }),
        })
    }

    pub(super) fn hmac(pepper: &SecretString) -> Result<Pepper, SecretError> {
        let bytes = pepper.expose_secret().as_bytes();
        let too_short = || SecretError::Malformed(format!("a pepper has {LEAST} bytes or more"));
        // an HMAC takes keys of every length
        let hmac = Hmac::new_from_slice(bytes).ok().filter(|_| bytes.len() >= LEAST);
        hmac.map(Pepper).ok_or_else(too_short)
    }

    /// What may be stored of a key.
    pub(super) fn digests(&self, presented: &[u8]) -> impl Iterator<Item = Digest> {
        std::iter::once(&self.current).chain(&self.previous).map(move |pepper| pepper.of(presented))
    }
}
