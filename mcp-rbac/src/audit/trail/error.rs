use std::{io, path::PathBuf};

/// Why there is no trail.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// It cannot be opened, read or written.
    #[error("the audit trail {} cannot be {what}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried.
        what: &'static str,
        /// Why it failed.
        source: io::Error,
    },
    /// It is a folder, a device, a pipe, or a link.
    #[error("the audit trail {} is no regular file", .0.display())]
    NotAFile(PathBuf),
    /// Others than its owner can read or write it.
    #[error("others can read or write the audit trail {path}; say `chmod 600 {path}`", path = .0.display())]
    Open(PathBuf),
    /// Another user owns it, and so can read and write it.
    #[error("the audit trail {path} belongs to another user; move it away, or say `chown $(id -u) {path}`", path = .0.display())]
    NotOwned(PathBuf),
    /// Another process writes it.
    #[error("another process writes the audit trail {}: give each server one of its own", .0.display())]
    InUse(PathBuf),
    /// Its last line is no line of a trail.
    #[error("{} does not end like an audit trail; move it away if it is none", .0.display())]
    NotATrail(PathBuf),
    /// The secret for digests is too short.
    #[error("the secret of an audit trail has {least} bytes at least; `openssl rand -hex 32` makes one")]
    ShortSecret {
        /// The least number of bytes.
        least: usize,
    },
    /// The key of checkpoints is none.
    #[error(
        "it is no {kind} key of Ed25519 in PEM; `openssl genpkey -algorithm ed25519` makes a private one, and `openssl pkey -pubout` prints its public one"
    )]
    BadKey {
        /// `private` or `public`.
        kind: &'static str,
    },
    /// There is no way of keeping one on this platform.
    #[error("an audit trail is kept on Unix alone")]
    Unsupported,
}
