use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use rmcp::{
    ErrorData,
    model::{ErrorCode, RequestId},
};
use tokio::sync::Notify;

use super::{Denial, Refused};
use crate::{
    audit::RecordId,
    view::{List, Page},
};

/// Carries what the guard says about one request to a transport that has a way of its own to say it.
#[derive(Clone, Default)]
pub(crate) struct Signal(Arc<State>);

#[derive(Default)]
struct State {
    heard: AtomicBool,
    stays: AtomicBool,
    call: OnceLock<RecordId>,
    denied: OnceLock<Denied>,
    turned_away: OnceLock<RecordId>,
    listed: OnceLock<(List, Arc<Page>)>,
    decided: AtomicBool,
    waiting: Notify,
}

/// What the guard denied, and the answer that says so.
#[cfg_attr(not(feature = "http"), expect(dead_code, reason = "only HTTP says it in a way of its own"))]
pub(crate) struct Denied {
    pub(crate) denial: Denial,
    pub(crate) record: RecordId,
    /// The id of the request.
    pub(crate) id: RequestId,
    pub(crate) error: ErrorData,
}

impl Signal {
    /// The guard has this request, and leaves a record of it.
    pub(super) fn hears(&self) {
        self.0.heard.store(true, Ordering::Release);
    }

    /// Whether the request came as far as the guard.
    #[cfg(feature = "http")]
    pub(crate) fn was_heard(&self) -> bool {
        self.0.heard.load(Ordering::Acquire)
    }

    /// This request is denied, if it is.
    pub(super) fn refused(&self, refused: &Refused, id: &RequestId) {
        if let Some((denial, record)) = &refused.denied {
            let denied = Denied {
                denial: denial.clone(),
                record: *record,
                id: id.clone(),
                error: refused.error.clone(),
            };
            // one request is decided once; a second denial could only say the same
            let _kept = self.0.denied.set(denied);
        } else if refused.error.code == ErrorCode::INTERNAL_ERROR
            && let Some(record) = self.0.call.get()
        {
            // what went wrong stands in the log, under this record
            self.turns_away(*record);
        }
        self.decided();
    }

    /// There is a decision: whoever waits for one may go on.
    pub(super) fn decided(&self) {
        if !self.0.decided.swap(true, Ordering::AcqRel) {
            self.0.waiting.notify_waiters();
        }
    }

    /// The request is let in, and its answer is a stream for as long as its sender is recognised.
    pub(super) fn stays(&self) {
        self.0.stays.store(true, Ordering::Release);
        self.decided();
    }

    /// Whether the answer is a stream that nothing ends but its sender and their credential.
    #[cfg(feature = "http")]
    pub(crate) fn has_stayed(&self) -> bool {
        self.0.stays.load(Ordering::Acquire)
    }

    /// Returns when there is a decision, or can be none any more.
    #[cfg(feature = "http")]
    pub(crate) async fn decision(&self) {
        let mut told = std::pin::pin!(self.0.waiting.notified());
        // before the look, so that nothing can come between
        told.as_mut().enable();
        if !self.0.decided.load(Ordering::Acquire) {
            told.await;
        }
    }

    /// This request is refused for what it is, whoever sends it.
    pub(super) fn turns_away(&self, record: RecordId) {
        let _kept = self.0.turned_away.set(record);
        self.decided();
    }

    /// What the guard denied.
    #[cfg(feature = "http")]
    pub(crate) fn denied(&self) -> Option<&Denied> {
        self.0.denied.get()
    }

    /// The record of the request, where the guard refused it for what it is.
    #[cfg(feature = "http")]
    pub(crate) fn turned_away(&self) -> Option<RecordId> {
        self.0.turned_away.get().copied()
    }

    /// The answer is this page of a list, whose items are left out of it.
    pub(super) fn lists(&self, list: List, page: Arc<Page>) {
        let _kept = self.0.listed.set((list, page));
    }

    /// The page that belongs into the answer.
    #[cfg(feature = "http")]
    pub(crate) fn listed(&self) -> Option<&(List, Arc<Page>)> {
        self.0.listed.get()
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

/// A decision that may come. When it is dropped, there is nothing to wait for.
pub(super) struct Pending(Signal);

#[cfg(feature = "http")]
impl Pending {
    pub(super) fn new(signal: &Signal) -> Self {
        Self(signal.clone())
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.0.decided();
    }
}
