use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use rmcp::{ErrorData, model::ErrorCode};

use crate::auth::{Method, Principal};

/// How many streams one principal holds open at once, at the most. Callers without a name share theirs.
const PER_PRINCIPAL: usize = 32;

type Key = (Method, Option<String>, String);

/// The open streams of one server, counted by principal.
#[derive(Clone, Default)]
pub(crate) struct Streams(Arc<Mutex<HashMap<Key, usize>>>);

/// An open stream, for as long as it is counted.
pub(super) struct Stream {
    streams: Streams,
    key: Key,
}

impl Streams {
    /// One more stream; `None` where there are too many.
    pub(super) fn open(&self, principal: &Principal) -> Option<Stream> {
        let key = (principal.method(), principal.issuer().map(str::to_owned), principal.subject().to_owned());
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(key.clone()).or_default();
        if *count >= PER_PRINCIPAL {
            return None;
        }
        *count += 1;
        Some(Stream { streams: self.clone(), key })
    }

    pub(super) fn too_many() -> ErrorData {
        ErrorData::new(ErrorCode(429), format!("more than {PER_PRINCIPAL} open streams"), None)
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let mut counts = self.streams.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.key);
            }
        }
    }
}
