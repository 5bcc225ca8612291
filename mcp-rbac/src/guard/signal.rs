use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use super::{Denial, Refused};
use crate::audit::RecordId;

/// Carries a denial of one request from the guard, which decides, to a transport that has a way of its own to say it.
#[derive(Clone, Default)]
pub(crate) struct Signal(Arc<State>);

#[derive(Default)]
struct State {
    heard: AtomicBool,
    denial: OnceLock<(Denial, RecordId)>,
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
    pub(super) fn refused(&self, refused: &Refused) {
        if let Some((denial, record)) = &refused.denied {
            // one request is decided once; a second denial could only say the same
            let _kept = self.0.denial.set((denial.clone(), *record));
        }
    }

    /// What the guard denied.
    #[cfg(feature = "http")]
    pub(crate) fn denial(&self) -> Option<&(Denial, RecordId)> {
        self.0.denial.get()
    }
}
