//! The keys of an issuer.

mod parse;
mod source;
mod store;

use std::fmt;

use jsonwebtoken::{DecodingKey, crypto::aws_lc};

use super::{Algorithm, Reason, algorithm::KeyKind};
pub(super) use source::KeySource;
pub(super) use store::{KeyStore, NotVerified, Timing};

/// A public key that signatures can be checked with.
pub(super) struct Key {
    id: Option<String>,
    kind: KeyKind,
    /// The one algorithm that it is meant for, where the key set says so.
    algorithm: Option<Algorithm>,
    public: DecodingKey,
}

impl Key {
    pub(super) fn fits(&self, algorithm: Algorithm) -> bool {
        self.kind == algorithm.key_kind() && self.algorithm.is_none_or(|meant| meant == algorithm)
    }

    pub(super) fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &Vec<u8>) -> bool {
        // named, and not the default of the process: which one that is depends on what else the program links
        (aws_lc::DEFAULT_PROVIDER.verifier_factory)(&algorithm.theirs(), &self.public)
            .is_ok_and(|verifier| verifier.verify(message, signature).is_ok())
    }
}

/// Without the key, which is of no use in a log.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("id", &self.id).field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// The keys of an issuer at one moment.
#[derive(Debug)]
pub(super) struct KeySet {
    keys: Vec<Key>,
    ignored: Vec<Ignored>,
    /// The SHA-256 of the document, to tell a set from the next one.
    digest: [u8; 32],
}

/// A key that is not used, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ignored {
    /// What it is called, or its place.
    pub(super) name: String,
    pub(super) why: &'static str,
}

impl fmt::Display for Ignored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.why)
    }
}

impl KeySet {
    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(super) fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Says which keys are not used.
    pub(super) fn warn(&self, issuer: &str) {
        for ignored in &self.ignored {
            tracing::warn!(target: "mcp_rbac", issuer, "a key of the issuer is not used: {ignored}");
        }
    }

    /// The keys that are not used.
    pub(super) fn ignored(&self) -> &[Ignored] {
        &self.ignored
    }

    /// Whether `signature` is one over `message`, by the key that the token names.
    ///
    /// The algorithm has been found to be allowed, and the key must be made for it: which kind of key it is, the key set
    /// says and not the token.
    pub(super) fn verify(
        &self,
        key_id: Option<&str>,
        algorithm: Algorithm,
        message: &[u8],
        signature: &Vec<u8>,
    ) -> Result<(), Reason> {
        let named: Vec<&Key> = match key_id {
            Some(id) => self.keys.iter().filter(|key| key.id.as_deref() == Some(id)).collect(),
            None => self.keys.iter().filter(|key| key.fits(algorithm)).collect(),
        };
        match named.as_slice() {
            [] => return Err(Reason::UnknownKey),
            [_, _, ..] if key_id.is_none() => return Err(Reason::NoKeyId),
            [_, ..] => {}
        }
        // several keys of one name are told apart by what they are for (RFC 7517, section 4.5)
        let mut candidates = named.into_iter().filter(|key| key.fits(algorithm)).peekable();
        if candidates.peek().is_none() {
            return Err(Reason::KeyMismatch);
        }
        if candidates.any(|key| key.verifies(algorithm, message, signature)) {
            Ok(())
        } else {
            Err(Reason::BadSignature)
        }
    }
}
