//! Checkpoints: what the trail was at a time, signed, in a second place. Who has the trail alone can make all of it anew, or cut
//! off its end; a checkpoint tells.

use std::{
    fmt,
    io::{self, Read, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    time::{Duration, Instant},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use ed25519_dalek::{
    Signature, Signer, SigningKey, Verifier, VerifyingKey,
    pkcs8::{DecodePrivateKey, DecodePublicKey},
};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::{AuditError, chain::Link, file};

/// How many lines there are between two checkpoints, at the most, and how much time.
const LINES: u64 = 1_000;
const TIME: Duration = Duration::from_secs(60);
/// How long it takes until one that was not taken is made again.
const AGAIN: Duration = Duration::from_secs(1);

/// What the trail was at a time: the number and the digest of its last line, signed with Ed25519 (RFC 8032).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Checkpoint {
    /// The number of the line.
    pub seq: u64,
    /// Its SHA-256.
    pub head: String,
    /// When the checkpoint was made (RFC 3339, UTC).
    pub time: String,
    /// The signature of the three, in base64.
    pub signature: String,
}

/// Whose signature checkpoints have.
#[derive(Clone)]
pub struct CheckpointKey(VerifyingKey);

impl CheckpointKey {
    /// The public key in this PEM text, as `openssl pkey -pubout` prints it.
    ///
    /// # Errors
    ///
    /// [`AuditError::BadKey`] where it is no public key of Ed25519.
    pub fn from_pem(pem: &str) -> Result<Self, AuditError> {
        VerifyingKey::from_public_key_pem(pem).map(Self).map_err(|_| AuditError::BadKey { kind: "public" })
    }
}

impl fmt::Debug for CheckpointKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckpointKey").finish_non_exhaustive()
    }
}

impl Checkpoint {
    fn signed(seq: u64, head: String, key: &SigningKey) -> Self {
        let time = format!("{:.6}", Timestamp::now());
        let signature = key.sign(text(seq, &head, &time).as_bytes());
        Self { seq, head, time, signature: BASE64_STANDARD.encode(signature.to_bytes()) }
    }

    /// Whether `key` signed it.
    #[must_use]
    pub fn is_signed_by(&self, key: &CheckpointKey) -> bool {
        let signature = BASE64_STANDARD.decode(&self.signature).ok();
        let signature = signature.and_then(|bytes| Signature::from_slice(&bytes).ok());
        let text = text(self.seq, &self.head, &self.time);
        signature.is_some_and(|signature| key.0.verify(text.as_bytes(), &signature).is_ok())
    }
}

/// What is signed: the name of what it is first, so that no other signature can be taken for one.
fn text(seq: u64, head: &str, time: &str) -> String {
    format!("mcp-rbac audit checkpoint v1\n{seq}\n{head}\n{time}\n")
}

/// Where checkpoints go.
type Place = Box<dyn FnMut(&Checkpoint) -> io::Result<()> + Send>;

/// What makes the checkpoints of one trail.
pub(super) struct Checkpoints {
    key: SigningKey,
    place: Place,
    /// The number of the line that comes after the last one of them.
    next: u64,
    made: Instant,
    /// Whether the last one was not taken.
    failed: bool,
    /// The last one that was made before.
    before: Option<Checkpoint>,
}

impl Checkpoints {
    pub(super) fn new(
        pem: &SecretString,
        place: impl FnMut(&Checkpoint) -> io::Result<()> + Send + 'static,
    ) -> Result<Self, AuditError> {
        let key = SigningKey::from_pkcs8_pem(pem.expose_secret())
            .map_err(|_| AuditError::BadKey { kind: "private" })?;
        Ok(Self { key, place: Box::new(place), next: 0, made: Instant::now(), failed: false, before: None })
    }

    /// Into a file that nobody else reads or writes, each with the disk before the next one comes.
    pub(super) fn in_file(pem: &SecretString, path: &Path) -> Result<Self, AuditError> {
        let failed = |source| AuditError::Io { path: path.to_owned(), what: "opened", source };
        let mut file = file::beside(path)?;
        // one that was cut off was never made
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(failed)?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let mut size = whole as u64;
        file.set_len(size).map_err(failed)?;
        text.truncate(whole);
        let last = text.strip_suffix(b"\n").and_then(|text| text.rsplit(|byte| *byte == b'\n').next());
        let before = last.and_then(|line| serde_json::from_slice(line).ok());
        let checkpoints = Self::new(pem, move |checkpoint| {
            let line = serde_json::to_string(checkpoint)? + "\n";
            // nor is one that only a part of could be written
            file.set_len(size)?;
            file.write_all(line.as_bytes())?;
            size = size.saturating_add(line.len() as u64);
            file.sync_data()
        })?;
        Ok(Self { before, ..checkpoints })
    }

    /// Why a trail that is gone on with here is not the one that the last checkpoint was made of, as far as its end tells.
    pub(super) fn disagree(&self, link: Link) -> Option<&'static str> {
        let before = self.before.as_ref()?;
        if before.seq >= link.sequence {
            return Some("it ends before the line that the last checkpoint was made of");
        }
        let is_last = before.seq.saturating_add(1) == link.sequence;
        (is_last && before.head != link.previous.to_string())
            .then_some("its last line is not the one that the last checkpoint was made of")
    }

    /// The number of the line with which there are enough for the next one. What does not take one is not asked with every
    /// line.
    pub(super) fn due(&self) -> u64 {
        if self.failed { u64::MAX } else { self.next.saturating_add(LINES - 1) }
    }

    /// Makes one of the trail that goes on here, if it is time; in any case where there are new lines and it is `asked` for.
    pub(super) fn make(&mut self, link: Link, now: Instant, asked: bool) {
        let new = link.sequence.saturating_sub(self.next);
        let passed = now.duration_since(self.made);
        let is_time = asked || if self.failed { passed >= AGAIN } else { new >= LINES || passed >= TIME };
        let Some(seq) = link.sequence.checked_sub(1).filter(|_| new > 0 && is_time) else { return };
        let checkpoint = Checkpoint::signed(seq, link.previous.to_string(), &self.key);
        self.made = now;
        // one that panics has not taken it
        let taken = catch_unwind(AssertUnwindSafe(|| (self.place)(&checkpoint)))
            .unwrap_or_else(|_| Err(io::Error::other("what takes checkpoints panicked")));
        self.failed = taken.is_err();
        match taken {
            Ok(()) => self.next = link.sequence,
            Err(error) => {
                tracing::error!(target: "mcp_rbac", %error, "a checkpoint of the audit trail cannot be written");
            }
        }
    }
}
