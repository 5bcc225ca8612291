//! A policy, a key file in a folder of its own, and a clock that stands still.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use http::request::Parts;
use jiff::Timestamp;

use crate::{
    ApiKeys, Authenticate, Authentication,
    api_key::{IssuedKey, KeyFile, KeyRequest},
    auth::clock::Clock,
};

crate::roles! {
    permissions { read_data, create_payment, approve_payment }
    roles {
        analyst { read_data }
        clerk { create_payment }
        approver { approve_payment }
    }
    invariants { exclusive { create_payment, approve_payment }; }
}

/// A clock that goes on when a test says so.
pub(super) struct VirtualClock(Mutex<(Timestamp, Duration)>);

impl VirtualClock {
    pub(super) fn advance(&self, span: Duration) {
        let mut time = self.0.lock().unwrap();
        *time = (time.0 + span, time.1 + span);
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        self.0.lock().unwrap().0
    }

    fn uptime(&self) -> Duration {
        self.0.lock().unwrap().1
    }
}

/// A key file, and time.
pub(super) struct World {
    pub(super) folder: tempfile::TempDir,
    pub(super) clock: Arc<VirtualClock>,
}

impl World {
    /// 2030-01-01, and no key yet.
    pub(super) fn new() -> Self {
        let start = "2030-01-01T00:00:00Z".parse().unwrap();
        Self {
            folder: tempfile::tempdir().unwrap(),
            clock: Arc::new(VirtualClock(Mutex::new((start, Duration::from_secs(1000))))),
        }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("keys.toml")
    }

    pub(super) fn file(&self) -> KeyFile {
        KeyFile::new(self.path(), &rbac::POLICY).with_clock(self.clock.clone())
    }

    pub(super) fn issue(&self, owner: &str) -> IssuedKey {
        self.file().issue(&KeyRequest::new(owner).role(rbac::Role::Analyst)).unwrap()
    }

    pub(super) fn keys(&self) -> ApiKeys {
        ApiKeys::with_clock(self.path(), self.clock.clone())
    }

    /// A file with this text and mode 0600.
    pub(super) fn write(&self, text: &str) {
        fs::write(self.path(), text).unwrap();
        self.mode(0o600);
    }

    pub(super) fn mode(&self, mode: u32) {
        fs::set_permissions(self.path(), fs::Permissions::from_mode(mode)).unwrap();
    }

    pub(super) fn text(&self) -> String {
        fs::read_to_string(self.path()).unwrap()
    }

    /// Why a server does not start with the file.
    pub(super) fn refusal(&self) -> String {
        self.keys().load(&rbac::POLICY).map(|_| ()).unwrap_err()
    }
}

/// Keys that are in use, without the thread that looks after their file: the test looks.
pub(super) fn started(keys: ApiKeys) -> ApiKeys {
    keys.load(&rbac::POLICY).map(|_| ()).unwrap();
    keys
}

/// The file is looked at.
pub(super) fn poll(keys: &ApiKeys) {
    let _looked = keys.load(&rbac::POLICY).map(|_| ());
}

pub(super) fn request(authorization: &[&str]) -> Parts {
    let request = authorization
        .iter()
        .fold(http::Request::builder(), |request, value| request.header("authorization", *value));
    request.body(()).unwrap().into_parts().0
}

pub(super) fn authenticate(keys: &ApiKeys, authorization: &[&str]) -> Authentication {
    futures::executor::block_on(keys.authenticate(&request(authorization), &rbac::POLICY))
}

pub(super) fn present(keys: &ApiKeys, key: &str) -> Authentication {
    authenticate(keys, &[&format!("Bearer {key}")])
}

/// The answer in one word or sentence.
pub(super) fn answer(keys: &ApiKeys, key: &str) -> String {
    match present(keys, key) {
        Authentication::NotMine => "not mine".to_owned(),
        Authentication::Principal(principal) => principal.subject().to_owned(),
        Authentication::Rejected(reason) | Authentication::Foreign(reason) => reason,
        Authentication::Unavailable { .. } => "unavailable".to_owned(),
    }
}
