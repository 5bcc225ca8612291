use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

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

    /// This request is a call, with this record.
    pub(super) fn calls(&self, record: RecordId) {
        let _kept = self.0.call.set(record);
    }

    /// The record of the call in hand, if the request is one.
    #[cfg(feature = "http")]
    pub(crate) fn call(&self) -> Option<RecordId> {
        self.0.call.get().copied()
    }

    /// This request is denied, if it is.
    pub(super) fn refused(&self, refused: &Refused) {
        if let Some((denial, record)) = &refused.denied {
            // one request is decided once; a second denial could only say the same
            let _kept = self.0.refusal.set((Some(denial.clone()), *record));
        }
    }

    /// This request is refused for what it is, whoever sends it.
    pub(super) fn turns_away(&self, record: RecordId) {
        let _kept = self.0.refusal.set((None, record));
    }

    /// What the guard refused, with the denial where it was one.
    #[cfg(feature = "http")]
    pub(crate) fn refusal(&self) -> Option<&(Option<Denial>, RecordId)> {
        self.0.refusal.get()
    }
}
