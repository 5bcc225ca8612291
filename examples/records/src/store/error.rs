//! Everything that can go wrong in the store, in words for a person.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Why the store refused to open or to do something.
///
/// `Display` is one sentence that says what is wrong; [`StoreError::hint`] says what to do about it. A
/// message about a call never carries a file path or SQL, so it may be shown to the caller; the messages of
/// [`Store::open`](super::Store::open) name the path and are meant for the operator.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// An argument breaks a rule of the store, for example an e-mail address without `@`.
    #[error("`{field}` {reason}")]
    Invalid {
        /// The input field at fault.
        field: &'static str,
        /// The rule, worded to follow the field's name.
        reason: String,
    },
    /// `write_record` named a customer that does not exist.
    #[error("there is no customer with id {id}")]
    NotFound {
        /// The id that was asked for.
        id: i64,
    },
    /// `write_record` expected a version other than the stored one: somebody else wrote in between.
    #[error("customer {id} is at version {found}, not at the expected version {expected}")]
    VersionConflict {
        /// The customer.
        id: i64,
        /// The version the caller had read.
        expected: u32,
        /// The version stored now.
        found: u32,
    },
    /// Another process kept the database locked for longer than the busy timeout.
    #[error("the database is in use by another process")]
    Busy,
    /// The disk is full.
    #[error("the disk that holds the database is full")]
    DiskFull,
    /// SQLite reported something no other variant names; the source has the details.
    #[error("the database could not complete the operation")]
    Database(#[source] rusqlite::Error),

    /// Opening: the path is empty or cannot be made absolute.
    #[error("`{}` cannot be used as the path of a database file: {reason}", path.display())]
    BadPath {
        /// The path as given.
        path: PathBuf,
        /// What the operating system said.
        reason: io::Error,
    },
    /// Opening: the path is a directory, a device or another thing that is no regular file.
    #[error("the database path `{}` is not a regular file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// Opening: neither the file nor the directory above its directory exists.
    #[error("the directory `{}` does not exist, so the database cannot be created below it", path.display())]
    NoParent {
        /// The missing directory.
        path: PathBuf,
    },
    /// Opening: the file or its directory could not be created.
    #[error("the database file `{}` cannot be created: {reason}", path.display())]
    CannotCreate {
        /// The path.
        path: PathBuf,
        /// What the operating system said.
        reason: io::Error,
    },
    /// Opening: the file exists and cannot be read.
    #[error("the database file `{}` cannot be read: {reason}", path.display())]
    CannotRead {
        /// The path.
        path: PathBuf,
        /// What the operating system said.
        reason: io::Error,
    },
    /// Opening: the file or its directory is read-only for this process.
    #[error("the database file `{}` or its directory is not writable", path.display())]
    NotWritable {
        /// The path.
        path: PathBuf,
    },
    /// Opening: the file is not a SQLite database.
    #[error("the file `{}` is not a SQLite database", path.display())]
    NotSqlite {
        /// The path.
        path: PathBuf,
    },
    /// Opening: the file is a SQLite database of another application.
    #[error("the file `{}` is another application's SQLite database (application id {found})", path.display())]
    OtherApplication {
        /// The path.
        path: PathBuf,
        /// The application id in the file.
        found: i32,
    },
    /// Opening: the database was written by a newer release.
    #[error("the database `{}` has schema version {found}, this program knows up to {known}", path.display())]
    NewerSchema {
        /// The path.
        path: PathBuf,
        /// The schema version in the file.
        found: i32,
        /// The newest schema version this program knows.
        known: i32,
    },
    /// Opening: the database is ours and damaged.
    #[error("the database `{}` is damaged: {detail}", path.display())]
    Damaged {
        /// The path.
        path: PathBuf,
        /// The first thing the check found.
        detail: String,
    },
}

impl StoreError {
    /// What a person can do about it; `None` when there is nothing better to say than the message itself.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Invalid { .. } => None,
            Self::NotFound { .. } => {
                Some("look the customer up with search_records, or leave out `id` to create a new customer")
            }
            Self::VersionConflict { .. } => {
                Some("read the record again with get_record and repeat the change on what it says now")
            }
            Self::Busy => Some("try again; if it stays, look for another program that has the database open"),
            Self::DiskFull => Some("free some space and try again; nothing of this operation was stored"),
            Self::Database(_) => Some(
                "try again; if it stays, restart the server, which checks the database, and read its log",
            ),
            Self::BadPath { .. } => Some("give the path of a file, for example `data/records.db`"),
            Self::NotAFile { .. } => {
                Some("give the path of a file inside it, for example by appending `/records.db`")
            }
            Self::NoParent { .. } => {
                Some("create the directory, or correct the path; only its last directory is created for you")
            }
            Self::CannotCreate { .. } | Self::NotWritable { .. } => {
                Some("let the server's user write to the file and its directory, or choose another path")
            }
            Self::CannotRead { .. } => Some("let the server's user read the file, or choose another path"),
            Self::NotSqlite { .. } | Self::OtherApplication { .. } => {
                Some("the file was left as it is; choose another path, where a fresh database is created")
            }
            Self::NewerSchema { .. } => Some(
                "the file was left as it is; run the newer release that wrote it, or choose another path",
            ),
            Self::Damaged { .. } => {
                Some("the file was left as it is; put a backup in its place, or move it away to start afresh")
            }
        }
    }

    /// Whether the caller can mend the call: a bad argument, an unknown id or an outdated version. Everything
    /// else is the server's trouble.
    #[must_use]
    pub fn is_caller_mistake(&self) -> bool {
        matches!(self, Self::Invalid { .. } | Self::NotFound { .. } | Self::VersionConflict { .. })
    }

    pub(super) fn invalid(field: &'static str, reason: impl Into<String>) -> Self {
        Self::Invalid { field, reason: reason.into() }
    }

    /// Words for a SQLite error met while `path` was being opened.
    pub(super) fn while_opening(path: &Path, error: rusqlite::Error) -> Self {
        let path = path.to_path_buf();
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::NotSqlite { path },
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged { path, detail: error.to_string() },
            Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                Self::NotWritable { path }
            }
            _ => Self::from(error),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            _ => Self::Database(error),
        }
    }
}
