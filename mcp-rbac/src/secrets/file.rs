use std::path::{Path, PathBuf};

use futures::future::{self, BoxFuture, FutureExt};
use secrecy::SecretString;

use super::{SecretError, SecretSource, SecretVersions};
use crate::auth::api_key::{KeyFileMode, read_secret};

/// A secret in a file that nobody else may read: the rules are those of a key file.
///
/// ```
/// use mcp_rbac::secrets::{FileSecret, SecretSource};
///
/// let pepper = FileSecret::new("/etc/records/pepper");
/// assert_eq!(pepper.describe(), "file `/etc/records/pepper`");
/// ```
///
/// A line feed at its end is what an editor has put there, and is not part of the secret.
#[derive(Debug, Clone)]
pub struct FileSecret {
    current: PathBuf,
    previous: Option<PathBuf>,
    mode: KeyFileMode,
}

impl FileSecret {
    /// The file at this path.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { current: path.into(), previous: None, mode: KeyFileMode::default() }
    }

    /// The file with the version before, which may be missing.
    #[must_use]
    pub fn previous(self, path: impl Into<PathBuf>) -> Self {
        Self { previous: Some(path.into()), ..self }
    }

    /// Who else may read the files, and whether they may be symbolic links; unless set, [`KeyFileMode::Private`].
    #[must_use]
    pub fn mode(self, mode: KeyFileMode) -> Self {
        Self { mode, ..self }
    }

    fn read(&self) -> Result<SecretVersions, SecretError> {
        let secret = SecretVersions::new(self.text(&self.current)?);
        match self.previous.as_ref().map(|path| self.text(path)) {
            None | Some(Err(SecretError::Missing)) => Ok(secret),
            Some(previous) => Ok(secret.with_previous(previous?)),
        }
    }

    fn text(&self, path: &Path) -> Result<SecretString, SecretError> {
        let bytes = read_secret(path, self.mode).map_err(|error| match error.is_missing() {
            true => SecretError::Missing,
            false => SecretError::Denied(error.reason()),
        })?;
        let text = std::str::from_utf8(&bytes).map_err(|_| SecretError::Binary)?;
        let text = text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
        Ok(SecretString::from(text))
    }
}

impl SecretSource for FileSecret {
    fn describe(&self) -> String {
        format!("file `{}`", self.current.display())
    }

    fn is_at_hand(&self) -> bool {
        true
    }

    fn fetch(&self) -> BoxFuture<'_, Result<SecretVersions, SecretError>> {
        future::ready(self.read()).boxed()
    }
}
