use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use tokio_util::sync::CancellationToken;

use super::{Denial, Refused};
use crate::audit::RecordId;

/// Carries a denial of one request from the guard, which decides, to a transport that has a way of its own to say it.
#[derive(Clone, Default)]
pub(crate) struct Signal(Arc<State>);

#[derive(Default)]
struct State {
    heard: AtomicBool,
    denial: OnceLock<(Denial, RecordId)>,
    decided: CancellationToken,
}

impl Signal {
    /// The guard has this request, and leaves a record of it. Until what it returns is dropped, the decision is open.
    pub(super) fn hears(&self) -> Deciding {
        self.0.heard.store(true, Ordering::Release);
        Deciding(self.clone())
    }

    /// Whether the request came as far as the guard.
    #[cfg(feature = "http")]
    pub(crate) fn was_heard(&self) -> bool {
        self.0.heard.load(Ordering::Acquire)
    }

    /// This request is denied, if it is.
    pub(super) fn refused(&self, refused: &Refused) {
        if let Some((denial, record)) = &refused.denied {
            // one request is decided once; a second denial could only say the same
            let _kept = self.0.denial.set((denial.clone(), *record));
        }
        self.decided();
    }

    /// There is a decision: whoever waits for one may go on.
    pub(super) fn decided(&self) {
        self.0.decided.cancel();
    }

    /// Returns when there is a decision, or can be none any more.
    #[cfg(feature = "http")]
    pub(crate) async fn decision(&self) {
        self.0.decided.cancelled().await;
    }

    /// What the guard denied.
    #[cfg(feature = "http")]
    pub(crate) fn denial(&self) -> Option<&(Denial, RecordId)> {
        self.0.denial.get()
    }
}

/// A request that the guard is deciding about. When it is dropped, there is nothing to wait for.
pub(super) struct Deciding(Signal);

impl Drop for Deciding {
    fn drop(&mut self) {
        self.0.decided();
    }
}
