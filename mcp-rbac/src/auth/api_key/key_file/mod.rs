mod change;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use change::{Change, successor};

use super::{
    digest::Digest,
    error::KeyFileError,
    file::Place,
    last_used,
    request::{self, IssuedKey, KeyRequest},
    stored::{KeyState, StoredKey},
    sys::{self, Access},
    well_known,
};
use crate::{
    auth::clock::{Clock, SystemClock},
    policy::Policy,
};

/// A file of keys, to be changed. The commands `keys …` are made of it.
///
/// Each change is made under a lock and takes effect as a whole: whenever a process is killed or the machine stops,
/// there is the old file or the new one. A running server sees the change within a second.
///
/// ```
/// # mcp_rbac::roles! { permissions { read_data } roles { reader { read_data } } }
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("keys.toml");
/// use mcp_rbac::api_key::{KeyFile, KeyRequest};
///
/// let keys = KeyFile::new(path, &rbac::POLICY);
/// let issued = keys.issue(&KeyRequest::new("alice").role(rbac::Role::Reader))?;
/// println!("the key of alice, shown this once: {}", issued.expose());
/// keys.revoke(issued.stored().id())?;
/// # Ok(()) }
/// ```
pub struct KeyFile {
    path: PathBuf,
    policy: &'static Policy,
    clock: Arc<dyn Clock>,
}

impl KeyFile {
    /// The file at `path`, for keys with roles of `policy`. The first key makes the file, with mode 0600.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, policy: &'static Policy) -> Self {
        Self { path: path.into(), policy, clock: Arc::new(SystemClock::new()) }
    }

    #[cfg(test)]
    pub(super) fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Every key, in the order of the file.
    ///
    /// # Errors
    ///
    /// [`KeyFileError`] when the file is not there, others may read it, or something is wrong with it.
    pub fn keys(&self) -> Result<Vec<StoredKey>, KeyFileError> {
        let (text, ..) = sys::read(&self.path, Access::SHOW)?;
        Ok(self.parse(&text)?.into_iter().map(|(_, key)| key).collect())
    }

    /// What would keep a server under this policy from starting with the file.
    ///
    /// # Errors
    ///
    /// [`KeyFileError`], like [`keys`](Self::keys), and for roles that the policy does not know or forbids together.
    pub fn check(&self) -> Result<(), KeyFileError> {
        let (text, ..) = sys::read(&self.path, Access::SHOW)?;
        self.police(&self.parse(&text)?)
    }

    /// When keys were last used, by id, as far as is known: a server writes it down once a minute, beside the file, and
    /// goes on where it cannot.
    #[must_use]
    pub fn last_used(&self) -> HashMap<String, SystemTime> {
        let times = last_used::read(&last_used::path(&self.path));
        times.into_iter().map(|(id, time)| (id, time.into())).collect()
    }

    /// Makes a key.
    ///
    /// # Errors
    ///
    /// [`KeyFileError`] when there can be no such key, or the file cannot be changed.
    pub fn issue(&self, request: &KeyRequest) -> Result<IssuedKey, KeyFileError> {
        self.change(Change::Add, |keys, now| {
            let issued =
                self.generate(keys, |id, digest| request.entry(id, digest, false, self.policy, now))?;
            keys.push((Place::Whole, issued.stored.clone()));
            Ok(issued)
        })
    }

    /// Takes in a random key of at least 32 characters that somebody else made. Only its SHA-256 is kept. What is
    /// presented is recognised by that alone, so it needs no prefix and no id; the id that it gets here is for lists and
    /// for revoking.
    ///
    /// # Errors
    ///
    /// [`KeyFileError`] when the text is no random key, the key is there already, or the file cannot be changed.
    pub fn import(&self, key: &str, request: &KeyRequest) -> Result<StoredKey, KeyFileError> {
        if let Some(objection) = well_known::import_objection(key) {
            return Err(self.refused(format!("this cannot be imported as a key: {objection}")));
        }
        let digest = Digest::of(key.as_bytes());
        self.change(Change::Add, |keys, now| {
            let id = self.fresh_id(keys)?;
            let stored =
                request.entry(id, digest, true, self.policy, now).map_err(|reason| self.refused(reason))?;
            if let Some((_, same)) = keys.iter().find(|(_, key)| key.digest == digest) {
                return Err(self.refused(format!("this key is there already, as `{}`", same.id())));
            }
            keys.push((Place::Whole, stored.clone()));
            Ok(stored)
        })
    }

    /// Makes a key with the owner, roles and label of another one, which goes on working for `overlap` and then expires.
    /// Its end is never put off. The new key lives as long as the old one was to live, if that was to expire.
    ///
    /// # Errors
    ///
    /// [`KeyFileError`] when there is no such key, it does not work, or the file cannot be changed.
    pub fn rotate(&self, id: &str, overlap: Duration) -> Result<IssuedKey, KeyFileError> {
        self.change(Change::Replace, |keys, now| {
            let old = self.find(keys, id)?.clone();
            match old.validity().state_at(now) {
                KeyState::Active => {}
                state @ (KeyState::NotYetValid | KeyState::Expired | KeyState::Revoked) => {
                    return Err(self.refused(format!("the key `{id}` is {state}; make a new one instead")));
                }
            }
            let issued = self.generate(keys, |id, digest| Ok(successor(&old, id, digest, now)))?;
            let end = request::after(now, overlap).and_then(request::whole_second);
            let end = match (old.expires, end) {
                (Some(expires), Some(end)) => expires.min(end),
                (Some(end), None) | (None, Some(end)) => end,
                (None, None) => return Err(self.refused("the overlap ends after the year 9999")),
            };
            self.find_mut(keys, id)?.expires = Some(end);
            keys.push((Place::Whole, issued.stored.clone()));
            Ok(issued)
        })
    }

    /// Revokes a key, for good. Revoking it again changes nothing.
    ///
    /// It is possible as long as the file can be read, even where the policy refuses other keys in it.
    ///
    /// # Errors
    ///
    /// [`KeyFileError`] when there is no such key, or the file cannot be changed.
    pub fn revoke(&self, id: &str) -> Result<StoredKey, KeyFileError> {
        self.change(Change::Revoke, |keys, now| {
            let key = self.find_mut(keys, id)?;
            key.revoked = key.revoked.or_else(|| request::whole_second(now));
            Ok(key.clone())
        })
    }
}

impl std::fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyFile")
            .field("path", &self.path)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}
