use std::path::Path;

use super::Failure;
use crate::{
    api_key::{IssuedKey, KeyFile, KeyRequest},
    policy::{Policy, RoleRef},
};

/// The keys that a first start makes, one per role, until somebody has seen them.
pub(super) struct FirstKeys {
    file: KeyFile,
    keys: Vec<(RoleRef, IssuedKey)>,
}

impl FirstKeys {
    /// Makes them where there is no key file and they are `wanted`; none where there is a file that can be used.
    pub(super) fn make(path: &Path, policy: &'static Policy, wanted: bool) -> Result<Self, Failure> {
        let mut first = Self { file: KeyFile::new(path, policy), keys: Vec::new() };
        if !are_due(&first.file, wanted)? {
            return Ok(first);
        }
        for role in policy.roles() {
            let request =
                KeyRequest::new(format!("first-{role}")).role(role).label("made on the first start");
            match first.file.issue(&request) {
                Ok(key) => first.keys.push((role, key)),
                Err(error) => {
                    first.take_back();
                    return Err(super::keys::explain(error));
                }
            }
        }
        Ok(first)
    }

    pub(super) fn keys(&self) -> &[(RoleRef, IssuedKey)] {
        &self.keys
    }

    /// Undoes it when the server does not start after all: nobody has seen the keys, and the next start is the first.
    pub(super) fn take_back(self) {
        if self.keys.is_empty() {
            return;
        }
        let made = |id: &str| self.keys.iter().any(|(_, key)| key.stored().id() == id);
        // somebody else may have made keys meanwhile
        if self.file.keys().is_ok_and(|keys| keys.iter().all(|key| made(key.id()))) {
            let _kept = std::fs::remove_file(self.file.path());
        } else {
            for (_, key) in &self.keys {
                let _kept = self.file.revoke(key.stored().id());
            }
        }
    }
}

/// Whether there is no key file yet and the first start is to make it. A file that is there has to be usable.
pub(super) fn are_due(file: &KeyFile, wanted: bool) -> Result<bool, Failure> {
    if file.path().exists() {
        file.check().map_err(super::keys::explain)?;
        return Ok(false);
    }
    if wanted {
        return Ok(true);
    }
    let path = file.path().display();
    Err(Failure::new(format!("there is no key file {path}, so nobody could call"))
        .hint("make a key with `keys new --role ROLE --owner NAME`"))
}
