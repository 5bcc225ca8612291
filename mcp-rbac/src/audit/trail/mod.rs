//! The trail on disk: one line of JSON per event, each with the digest of the line before it.

mod chain;
mod checkpoint;
mod checkpointer;
mod clock;
mod durable;
mod error;
mod file;
mod files;
mod line;
mod sink;
mod state;
mod strangers;
mod verify;
mod writer;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use checkpoint::Checkpoints;
pub use checkpoint::{Checkpoint, CheckpointKey};
pub(crate) use durable::Durable;
pub use error::AuditError;
#[cfg(any(feature = "aws", feature = "cli"))]
pub(crate) use files::opened;
use secrecy::SecretString;
pub use sink::Sink;
#[cfg(feature = "cli")]
pub(crate) use verify::verify_with;
pub use verify::{Broken, Verified, verify, verify_against};
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
        self.trail.state().rotate_at(bytes);
        self
    }

    /// Begins a new file also after this time, with the next line that comes.
    #[must_use]
    pub fn rotate_every(mut self, time: Duration) -> Self {
        self.trail.state().rotate_every(time);
        self
    }

    /// Has no body begin before its line is on the disk (`fsync`), so that a machine that loses power loses no call either.
    /// Calls that come at once wait for it together. Without it a line is with the operating system before the body begins.
    #[must_use]
    pub fn fsync(mut self) -> Self {
        self.trail.fsync();
        self
    }

    /// Hands every line on to this place as well. A call whose line it does not take is refused, as where the file does not.
    /// It is written to where the call runs: it must not take long.
    #[must_use]
    pub fn required(mut self, sink: impl Sink) -> Self {
        self.trail.state().sinks.required(sink);
        self
    }

    /// Hands every line on to this place as well, on a thread of its own. Nothing waits for it: of more than 10,000 lines that
    /// wait, those that come next are lost for it, and the log says how many.
    ///
    /// # Errors
    ///
    /// [`AuditError::Io`] where there can be no thread.
    pub fn best_effort(mut self, sink: impl Sink) -> Result<Self, AuditError> {
        let begun = self.trail.state().sinks.best_effort(sink);
        begun.map_err(|source| AuditError::Io { path: self.path.clone(), what: "handed on", source })?;
        Ok(self)
    }

    /// Writes a signed [`Checkpoint`] into the file at `path` for every 1,000 lines, a minute after new ones, and at the end.
    /// With it `audit verify` finds that the end of the trail was cut off, or that all of it was made anew; it has to be
    /// where whoever can write the trail cannot. No call waits for it. Where the trail ends before the last one of them, the
    /// log says so at once. The key is a private one of Ed25519 in PEM, as
    /// `openssl genpkey -algorithm ed25519` makes it.
    ///
    /// # Errors
    ///
    /// [`AuditError`] when it is no such key, or the file cannot be opened or is read by others.
    pub fn checkpoints(mut self, path: impl AsRef<Path>, key: &SecretString) -> Result<Self, AuditError> {
        let checkpoints = Checkpoints::in_file(key, path.as_ref())?;
        if let Some(why) = checkpoints.disagree(self.trail.found()) {
            tracing::error!(
                target: "mcp_rbac", why, trail = %self.path.display(), checkpoints = %path.as_ref().display(),
                "the audit trail was changed, or is another one; `audit verify` tells more"
            );
        }
        self.trail.checkpoints(checkpoints);
        Ok(self)
    }

    /// The same for a place that `send` brings them to. One that it does not take is made anew a second later.
    ///
    /// # Errors
    ///
    /// [`AuditError::BadKey`] when it is no such key.
    pub fn checkpoints_to(
        mut self,
        key: &SecretString,
        send: impl FnMut(&Checkpoint) -> std::io::Result<()> + Send + 'static,
    ) -> Result<Self, AuditError> {
        self.trail.checkpoints(Checkpoints::new(key, send)?);
        Ok(self)
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

    pub(crate) fn into_trail(mut self, about: &About) -> Arc<Trail> {
        self.trail.about(about);
        self.trail.kept()
    }

    /// Whether there is a secret.
    pub(crate) fn has_secret(&self) -> bool {
        self.trail.has_secret()
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}
