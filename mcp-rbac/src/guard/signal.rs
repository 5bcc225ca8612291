use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use tokio_util::sync::CancellationToken;

use super::{Denial, Refused};
use crate::audit::RecordId;

/// Carries what the guard says about one request to a transport that has a way of its own to say it.
#[derive(Clone, Default)]
pub(crate) struct Signal(Arc<State>);

#[derive(Default)]
struct State {
    heard: AtomicBool,
    call: OnceLock<RecordId>,
    refusal: OnceLock<(Option<Denial>, RecordId)>,
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
            let _kept = self.0.refusal.set((Some(denial.clone()), *record));
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

    /// This request is refused for what it is, whoever sends it.
    pub(super) fn turns_away(&self, record: RecordId) {
        let _kept = self.0.refusal.set((None, record));
        self.decided();
    }

    /// What the guard refused, with the denial where it was one.
    #[cfg(feature = "http")]
    pub(crate) fn refusal(&self) -> Option<&(Option<Denial>, RecordId)> {
        self.0.refusal.get()
    }

    /// This request is a call, with this record.
    pub(super) fn calls(&self, record: RecordId) {
        let _kept = self.0.call.set(record);
    }

    /// The record of the call in hand, if the request is one.
    #[cfg(feature = "http")]
    pub(crate) fn call(&self) -> Option<RecordId> {
        self.0.call.get().copied()
    }
}

/// A request that the guard is deciding about. When it is dropped, there is nothing to wait for.
pub(super) struct Deciding(Signal);

impl Drop for Deciding {
    fn drop(&mut self) {
        self.0.decided();
    }
}
