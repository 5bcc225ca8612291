//! The trail on disk: one line of JSON per event, each with the digest of the line before it.

mod chain;
mod error;
mod file;
mod line;
mod verify;
mod writer;

use std::{path::PathBuf, sync::Arc};

pub use error::AuditError;
#[cfg(feature = "cli")]
pub(crate) use verify::verify_with;
pub use verify::{Broken, Verified, verify};
pub(crate) use writer::{Trail, Unrecorded};

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

    pub(crate) fn into_trail(self) -> Arc<Trail> {
        Arc::new(self.trail)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &std::path::Path {
        &self.path
    }
}
