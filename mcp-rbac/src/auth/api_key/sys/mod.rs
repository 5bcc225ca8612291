//! What the operating system has to do with key files.

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

use std::path::Path;

#[cfg(not(unix))]
use other as system;
#[cfg(unix)]
use unix as system;
use zeroize::Zeroizing;

use super::error::KeyFileError;

pub(super) use system::{Fingerprint, Lock, fingerprint, read, replace};

/// Who but its owner may read a key file, and whether it may be a symbolic link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum KeyFileMode {
    /// Nobody: mode 0600 or 0400. The file itself is no symbolic link.
    #[default]
    Private,
    /// The group may read it: 0640 or 0440. The file may be a symbolic link, and is followed to where it points each
    /// time. This is how Kubernetes mounts a secret (with `defaultMode: 0440`; its default 0644 lets everybody read,
    /// and is refused), and it swaps that link when the secret changes.
    GroupReadable,
}

/// How a key file is opened.
#[derive(Debug, Clone, Copy)]
pub(super) struct Access {
    /// What is none of others' business, as permission bits.
    denied: u32,
    follow: bool,
    group_readable: bool,
}

impl Access {
    /// For commands: the group may read what the server may let it read, but a link is not replaced by a file.
    pub(super) const CHANGE: Self = Self { denied: 0o037, follow: false, group_readable: false };
    /// For commands that only show it.
    pub(super) const SHOW: Self = Self { denied: 0o037, follow: true, group_readable: false };
}

impl From<KeyFileMode> for Access {
    fn from(mode: KeyFileMode) -> Self {
        match mode {
            KeyFileMode::Private => Self { denied: 0o077, follow: false, group_readable: false },
            KeyFileMode::GroupReadable => Self { denied: 0o037, follow: true, group_readable: true },
        }
    }
}

/// Reads another file whose content is a secret by the rules for key files: a regular file that nobody else may read or
/// change.
pub(crate) fn read_secret(path: &Path, mode: KeyFileMode) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    read(path, Access::from(mode)).map(|(content, ..)| Zeroizing::new(content))
}

/// Whether what is written must be there after a power failure, and is worth waiting for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lasting {
    Yes,
    No,
}

/// The largest key file that is read: some twenty thousand keys.
pub(super) const MAX_LEN: u64 = 8 * 1024 * 1024;
