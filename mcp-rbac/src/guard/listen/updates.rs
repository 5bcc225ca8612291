use std::sync::Arc;

use tokio::sync::broadcast::{self, error::RecvError};

/// How many updates wait for a listener that is slow to take them.
const WAITING: usize = 256;

/// That resources have changed, for whoever listens.
#[derive(Clone)]
pub(crate) struct Updates(broadcast::Sender<Arc<str>>);

/// The resources that have changed.
pub(super) enum Updated {
    Nothing,
    One(Arc<str>),
    /// Too much happened at once to say which.
    Any,
}

pub(super) struct Listener(broadcast::Receiver<Arc<str>>);

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

    /// What is said from now on.
    pub(super) fn listen(&self) -> Listener {
        Listener(self.0.subscribe())
    }
}

impl Listener {
    /// The next update.
    pub(super) async fn next(&mut self) -> Updated {
        match self.0.recv().await {
            Ok(uri) => Updated::One(uri),
            Err(RecvError::Lagged(_)) => Updated::Any,
            // the server that could say something is gone
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

impl Updated {
    pub(super) fn is_about(&self, uri: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::One(updated) => **updated == *uri,
            Self::Any => true,
        }
    }
}
