use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::auth::{Method, Principal};

/// How many streams one principal holds open at once, at the most. Callers without a name share theirs.
pub(crate) const MAX_STREAMS: usize = 32;

type Key = (Method, Option<String>, String);

/// The open streams of one server, counted by principal.
#[derive(Clone, Default)]
pub(crate) struct Streams(Arc<State>);

#[derive(Default)]
struct State {
    counts: Mutex<HashMap<Key, usize>>,
    #[cfg(feature = "http")]
    closed: tokio_util::sync::CancellationToken,
}

/// An open stream, for as long as it is counted.
pub(crate) struct OpenStream {
    streams: Streams,
    key: Key,
}

impl Streams {
    /// One more stream; `None` where there are too many.
    pub(crate) fn open(&self, principal: &Principal) -> Option<OpenStream> {
        let key = (principal.method(), principal.issuer().map(str::to_owned), principal.subject().to_owned());
        let mut counts = self.counts();
        let count = counts.entry(key.clone()).or_default();
        if *count >= MAX_STREAMS {
            return None;
        }
        *count += 1;
        Some(OpenStream { streams: self.clone(), key })
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<Key, usize>> {
        self.0.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The server stops: streams that would go on for ever end.
    #[cfg(feature = "http")]
    pub(crate) fn close(&self) {
        self.0.closed.cancel();
    }

    /// Returns when the server stops.
    #[cfg(feature = "http")]
    pub(crate) async fn closed(&self) {
        self.0.closed.cancelled().await;
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let mut counts = self.streams.counts();
        if let Some(count) = counts.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.key);
            }
        }
    }
}
