use std::sync::Arc;

use tokio::sync::broadcast;

/// How many updates wait for a stream that is slow to take them.
const WAITING: usize = 256;

/// That resources have changed, for whoever listens.
#[derive(Clone)]
pub(crate) struct Updates(broadcast::Sender<Arc<str>>);

impl Default for Updates {
    fn default() -> Self {
        Self(broadcast::Sender::new(WAITING))
    }
}

impl Updates {
    /// Says that the resource at `uri` is not what it was.
    pub(crate) fn resource(&self, uri: &str) {
        // nobody may be listening
        let _listeners = self.0.send(uri.into());
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<Arc<str>> {
        self.0.subscribe()
    }
}
