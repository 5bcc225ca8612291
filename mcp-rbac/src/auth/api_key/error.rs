use std::{
    io,
    path::{Path, PathBuf},
};

use super::file::Problems;

/// Why a key file cannot be used or changed.
#[derive(Debug, thiserror::Error)]
#[error("{}: {kind}", path.display())]
pub struct KeyFileError {
    path: PathBuf,
    kind: Kind,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Kind {
    #[error("there is no such key file")]
    Missing,
    #[error("there is no folder for the key file")]
    NoFolder,
    #[error("the key file cannot be {action}: {error}")]
    Io {
        action: &'static str,
        #[source]
        error: io::Error,
    },
    #[error("the key file is a symbolic link")]
    Symlink,
    #[error("a key file is a regular file, and this is {0}")]
    NotRegular(&'static str),
    #[error("others may {what} the key file (its mode is {mode:04o})")]
    Open { what: &'static str, mode: u32, group_readable: bool },
    #[error("the key file is larger than {} MiB", limit / (1024 * 1024))]
    TooLarge { limit: u64 },
    #[error("the key file cannot be used\n{0}")]
    Invalid(Problems),
    #[error("the key file has no key: nobody could log in")]
    Empty,
    #[error("another program has been changing the key file for {0} seconds")]
    Busy(u64),
    #[error("there is no key with this id{}", near.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    NoSuchKey { near: Option<String> },
    #[error("this is a whole key and not its id")]
    WholeKey { id: String },
    #[error("{0}")]
    Refused(String),
    #[error("the operating system gives no randomness: {0}")]
    Randomness(getrandom::Error),
    #[error("key files need a Unix system: there are no permissions here that could keep them from others")]
    #[cfg_attr(unix, expect(dead_code, reason = "for the other systems"))]
    Unsupported,
}

impl KeyFileError {
    pub(super) fn new(path: &Path, kind: Kind) -> Self {
        Self { path: path.to_owned(), kind }
    }

    pub(super) fn io(path: &Path, action: &'static str, error: io::Error) -> Self {
        let missing = error.kind() == io::ErrorKind::NotFound;
        Self::new(path, if missing { Kind::Missing } else { Kind::Io { action, error } })
    }

    pub(super) fn refused(path: &Path, reason: impl Into<String>) -> Self {
        Self::new(path, Kind::Refused(reason.into()))
    }

    /// The file that it is about.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the file is not there.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self.kind, Kind::Missing)
    }

    /// Whether the caller asked for something that cannot be, rather than something having failed.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        matches!(self.kind, Kind::NoSuchKey { .. } | Kind::WholeKey { .. } | Kind::Refused(_))
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let path = self.path.display();
        match &self.kind {
            Kind::Missing | Kind::Empty => {
                Some("make the first key with `keys new --role ROLE --owner NAME`".to_owned())
            }
            Kind::Symlink => Some(
                "name the file that it points to; a server that is to follow it (as Kubernetes mounts files) says \
                 `key_file_mode(KeyFileMode::GroupReadable)`"
                    .to_owned(),
            ),
            Kind::Open { group_readable: true, .. } => {
                Some(format!("`chmod 640 {path}`; for a Kubernetes secret, `defaultMode: 0440`"))
            }
            Kind::Open { group_readable: false, .. } => Some(format!(
                "`chmod 600 {path}`; where the group is to read it, say `key_file_mode(KeyFileMode::GroupReadable)`"
            )),
            Kind::NoSuchKey { .. } => Some("`keys list` shows the keys and their ids".to_owned()),
            Kind::WholeKey { id } => Some(format!(
                "its id is `{id}`; since the key itself is now in the history of your shell, rotate or revoke it"
            )),
            Kind::Io { .. }
            | Kind::NoFolder
            | Kind::NotRegular(_)
            | Kind::TooLarge { .. }
            | Kind::Invalid(_)
            | Kind::Busy(_)
            | Kind::Refused(_)
            | Kind::Randomness(_)
            | Kind::Unsupported => None,
        }
    }

    /// What is wrong with a key file that is no file of API keys.
    pub(crate) fn reason(&self) -> String {
        match self.hint() {
            Some(hint) if matches!(self.kind, Kind::Open { .. }) => format!("{} ({hint})", self.kind),
            Some(_) | None => self.kind.to_string(),
        }
    }

    /// All of it, for those who see only a text.
    pub(super) fn explain(&self) -> String {
        match self.hint() {
            Some(hint) => format!("{self} ({hint})"),
            None => self.to_string(),
        }
    }
}
