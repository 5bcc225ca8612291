use std::sync::{Arc, OnceLock};

use super::{Denial, Refused};
use crate::audit::RecordId;

/// Carries a denial of one request from the guard, which decides, to a transport that has a way of its own to say it.
#[derive(Clone, Default)]
pub(crate) struct Signal(Arc<OnceLock<(Denial, RecordId)>>);

impl Signal {
    /// This request is denied, if it is.
    pub(super) fn refused(&self, refused: &Refused) {
        if let Some((denial, record)) = &refused.denied {
            // one request is decided once; a second denial could only say the same
            let _kept = self.0.set((denial.clone(), *record));
        }
    }

    /// What the guard denied.
    #[cfg(feature = "http")]
    pub(crate) fn denial(&self) -> Option<&(Denial, RecordId)> {
        self.0.get()
    }
}
