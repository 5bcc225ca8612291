//! Systems without Unix permissions: whatever cannot be checked is refused.

use std::{io, path::Path, time::Duration};

use super::{Access, Lasting};
use crate::auth::api_key::error::{KeyFileError, Kind};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::auth::api_key) struct Fingerprint;

impl Fingerprint {
    pub(in crate::auth::api_key) fn is_settled(&self) -> bool {
        false
    }
}

pub(in crate::auth::api_key) struct Attributes;

pub(in crate::auth::api_key) struct Lock;

impl Lock {
    pub(in crate::auth::api_key) fn acquire(path: &Path, _: Duration) -> Result<Self, KeyFileError> {
        Err(KeyFileError::new(path, Kind::Unsupported))
    }
}

pub(in crate::auth::api_key) fn fingerprint(_: &Path) -> io::Result<Fingerprint> {
    Err(io::ErrorKind::Unsupported.into())
}

pub(in crate::auth::api_key) fn read(
    path: &Path,
    _: Access,
) -> Result<(Vec<u8>, Fingerprint, Attributes), KeyFileError> {
    Err(KeyFileError::new(path, Kind::Unsupported))
}

pub(in crate::auth::api_key) fn replace(
    _: &Path,
    _: &[u8],
    _: Option<&Attributes>,
    _: Lasting,
) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
