//! What every change of a key file is made of.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::ExposeSecret;

use super::KeyFile;
use crate::{
    auth::api_key::{
        digest::Digest,
        error::{KeyFileError, Kind},
        file::{self, Place},
        format::{self, Form, KeyId},
        request::{self, IssuedKey},
        set::KeySet,
        stored::StoredKey,
        sys::{self, Access},
    },
    policy::nearest,
};

/// How long a change waits for others.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) type Keys = Vec<(Place, StoredKey)>;

/// What is done to a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// It may be the first key of a file.
    Add,
    Replace,
    /// It only takes away, and must be possible where the policy refuses other keys of the file.
    Revoke,
}

impl KeyFile {
    /// Reads, changes, checks and replaces the file under the lock.
    pub(super) fn change<T>(
        &self,
        kind: Change,
        change: impl FnOnce(&mut Keys, Timestamp) -> Result<T, KeyFileError>,
    ) -> Result<T, KeyFileError> {
        if kind != Change::Add {
            // before a lock file is left where no key file is
            sys::fingerprint(&self.path).map_err(|error| KeyFileError::io(&self.path, "read", error))?;
        }
        let _lock = sys::Lock::acquire(&self.path, PATIENCE)?;
        let (mut keys, attributes) = match sys::read(&self.path, Access::CHANGE) {
            Ok((text, _, attributes)) => (self.parse(&text)?, Some(attributes)),
            Err(error) if error.is_missing() && kind == Change::Add => (Vec::new(), None),
            Err(error) => return Err(error),
        };
        if kind != Change::Revoke {
            self.police(&keys)?;
        }
        let done = change(&mut keys, self.clock.now())?;
        let text = file::render(keys.iter().map(|(_, key)| key));
        // what is written is what the server will read: no change makes a file that cannot be loaded
        let written = self.parse(text.as_bytes())?;
        if kind != Change::Revoke {
            self.police(&written)?;
        }
        sys::replace(&self.path, text.as_bytes(), attributes.as_ref(), sys::Lasting::Yes)
            .map_err(|error| KeyFileError::new(&self.path, Kind::Io { action: "written", error }))?;
        Ok(done)
    }

    pub(super) fn generate(
        &self,
        keys: &Keys,
        entry: impl FnOnce(KeyId, Digest) -> Result<StoredKey, String>,
    ) -> Result<IssuedKey, KeyFileError> {
        let id = self.fresh_id(keys)?;
        let key = format::generate(id).map_err(|error| self.no_randomness(error))?;
        let digest = Digest::of(key.expose_secret().as_bytes());
        let stored = entry(id, digest).map_err(|reason| self.refused(reason))?;
        Ok(IssuedKey { stored, key })
    }

    pub(super) fn fresh_id(&self, keys: &Keys) -> Result<KeyId, KeyFileError> {
        loop {
            let id = KeyId::random().map_err(|error| self.no_randomness(error))?;
            if keys.iter().all(|(_, key)| key.id != id) {
                return Ok(id);
            }
        }
    }

    pub(super) fn find<'a>(&self, keys: &'a Keys, id: &str) -> Result<&'a StoredKey, KeyFileError> {
        keys.iter().map(|(_, key)| key).find(|key| key.id() == id).ok_or_else(|| self.no_such_key(keys, id))
    }

    pub(super) fn find_mut<'a>(
        &self,
        keys: &'a mut Keys,
        id: &str,
    ) -> Result<&'a mut StoredKey, KeyFileError> {
        let missing = self.find(keys, id).err();
        match (keys.iter_mut().find(|(_, key)| key.id() == id), missing) {
            (Some((_, key)), _) => Ok(key),
            (None, Some(missing)) => Err(missing),
            (None, None) => Err(KeyFileError::new(&self.path, Kind::NoSuchKey { near: None })),
        }
    }

    fn no_such_key(&self, keys: &Keys, id: &str) -> KeyFileError {
        let kind = match Form::of(id.as_bytes()) {
            Form::Key(id) => Kind::WholeKey { id: id.as_str().to_owned() },
            Form::Foreign | Form::Malformed(_) => {
                Kind::NoSuchKey { near: nearest(id, keys.iter().map(|(_, key)| key.id())).map(str::to_owned) }
            }
        };
        KeyFileError::new(&self.path, kind)
    }

    fn no_randomness(&self, error: getrandom::Error) -> KeyFileError {
        KeyFileError::new(&self.path, Kind::Randomness(error))
    }

    pub(super) fn refused(&self, reason: impl Into<String>) -> KeyFileError {
        KeyFileError::refused(&self.path, reason)
    }

    pub(super) fn parse(&self, text: &[u8]) -> Result<Keys, KeyFileError> {
        file::parse(text).map_err(|problems| KeyFileError::new(&self.path, Kind::Invalid(problems)))
    }

    pub(super) fn police(&self, keys: &Keys) -> Result<(), KeyFileError> {
        match KeySet::new(keys, self.policy, None) {
            Ok(_) => Ok(()),
            Err(problems) => Err(KeyFileError::new(&self.path, Kind::Invalid(problems))),
        }
    }
}

/// The key that takes the place of `old`.
pub(super) fn successor(old: &StoredKey, id: KeyId, digest: Digest, now: Timestamp) -> StoredKey {
    let created = request::whole_second(now).unwrap_or(now);
    // one that was to expire is followed by one that expires: rotation makes no key eternal
    let expires = old.expires.map(|end| {
        let life = end.duration_since(old.not_before.unwrap_or(old.created));
        created.checked_add(life).unwrap_or(end)
    });
    StoredKey {
        id,
        digest,
        imported: false,
        owner: old.owner.clone(),
        roles: old.roles.clone(),
        label: old.label.clone(),
        created,
        not_before: None,
        expires,
        revoked: None,
    }
}
