//! The trail on disk: one line of JSON per event, each with the digest of the line before it.

mod chain;
mod error;
mod file;
mod line;
mod verify;
mod writer;

use std::{path::PathBuf, sync::Arc};

pub use error::AuditError;
use secrecy::SecretString;
#[cfg(feature = "cli")]
pub(crate) use verify::verify_with;
pub use verify::{Broken, Verified, verify};
pub(crate) use writer::{About, Trail, Unrecorded};

use super::keyed::{Keyed, LEAST_SECRET};

/// The audit trail of a server: a file with one line of JSON per event, which nobody else may read.
///
/// A call leaves two lines, `started` before its body runs and `finished` after it; everything else leaves one. No body
/// begins before its `started` line is with the operating system, so that a process that is killed loses no call. Where a
/// line cannot be written the call is refused (503), and the server goes on as soon as one can; what was lost meanwhile is
/// counted in the next line.
///
/// Each line has the SHA-256 of the one before it: a line that was changed, added, moved or taken out is found by
/// [`verify`]. Whoever can write the file can also make all of it anew, or cut off its end: against that a copy somewhere
/// else helps, and nothing in here.
///
/// ```
/// use mcp_rbac::{Audit, Server};
/// # mcp_rbac::roles! { permissions { read_data } roles { reader { read_data } } }
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("audit.jsonl");
/// let app = Server::new(&rbac::POLICY).audit(Audit::file(path)?);
/// # let _ = app;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Audit {
    trail: Trail,
    path: PathBuf,
}

impl Audit {
    /// The trail in the file at `path`, which is made with mode 0600 if it is not there, and gone on with if it is.
    ///
    /// Calls that were open when the process before this one ended are closed as `unknown`. A last line that was cut off
    /// is moved to a file of its own, and the trail says so.
    ///
    /// # Errors
    ///
    /// [`AuditError`] when the file cannot be opened, is no regular file, can be read by others, is in use by another
    /// process, or ends with a line that is none of a trail.
    pub fn file(path: impl Into<PathBuf>) -> Result<Self, AuditError> {
        let path = path.into();
        Ok(Self { trail: Trail::open(&path)?, path })
    }

    /// Begins a new file when this one has so many bytes (64 MiB unless set). The old one gets the number of its first line
    /// behind its name, and the chain goes on from one to the next.
    #[must_use]
    pub fn rotate_at(mut self, bytes: u64) -> Self {
        self.trail.rotate_at(bytes);
        self
    }

    /// Lets calls pass that cannot be recorded. How many there were is counted in the next line that can be written.
    #[must_use]
    pub fn danger_continue_without_audit(mut self) -> Self {
        self.trail.continue_without();
        self
    }

    /// The secret under which digests are made: of what tools declare to be hashed (`audit(hash("email"))`), and of every
    /// result. Whoever has it can tell whether a record is about a value that they know, and nobody else can; with another
    /// secret, or without one, two records of one value cannot be told to be that.
    ///
    /// # Errors
    ///
    /// [`AuditError::ShortSecret`] for one of less than 32 bytes.
    pub fn secret(mut self, secret: &SecretString) -> Result<Self, AuditError> {
        let keyed = Keyed::new(secret).ok_or(AuditError::ShortSecret { least: LEAST_SECRET })?;
        self.trail.keyed(keyed);
        Ok(self)
    }

    /// Records results themselves, of which otherwise there is the size alone, and with a [`secret`](Self::secret) a
    /// digest. Of one that has more than so many bytes there is only how many. What looks like a secret is left out as in
    /// arguments.
    #[must_use]
    pub fn results(mut self, bytes: usize) -> Self {
        self.trail.results(bytes);
        self
    }

    pub(crate) fn into_trail(mut self, about: About) -> Arc<Trail> {
        self.trail.about(about);
        Arc::new(self.trail)
    }

    /// Whether there is a secret.
    pub(crate) fn has_secret(&self) -> bool {
        self.trail.has_secret()
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &std::path::Path {
        &self.path
    }
}
