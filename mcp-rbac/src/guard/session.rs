use std::sync::{Arc, Mutex, PoisonError};

use tokio::{sync::OwnedSemaphorePermit, time::Instant};

use super::{Core, Recognised};
use crate::auth::Principal;

/// A session that a transport keeps for one client, as it says so with each message of it.
///
/// What the server says in it by itself is said to whoever its owner is by their latest request: a credential that
/// was renewed meanwhile counts, and one that has ended does not.
#[derive(Clone)]
pub(crate) struct Session(Arc<Mutex<Recognised>>);

impl Session {
    pub(crate) fn new(owner: Recognised) -> Self {
        Self(Arc::new(Mutex::new(owner)))
    }

    /// The sender of the latest request.
    pub(crate) fn latest(&self) -> Recognised {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Its owner has sent another request. Returns the sender of the one before.
    pub(crate) fn renew(&self, owner: Recognised) -> Recognised {
        std::mem::replace(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner), owner)
    }

    /// Who the owner is by now; `None` where their credential is not good any more.
    pub(super) async fn again(&self, core: &Core) -> Option<Principal> {
        self.latest().again(core).await
    }
}

/// A request within a session. Its client may go away and come back for the answer, so that the end of the connection
/// is not its end: that is this deadline. It takes one of the places of its session for as long as it is worked on.
#[derive(Clone)]
pub(crate) struct InSession {
    pub(crate) deadline: Instant,
    _place: Arc<OwnedSemaphorePermit>,
}

impl InSession {
    pub(crate) fn new(deadline: Instant, place: OwnedSemaphorePermit) -> Self {
        Self { deadline, _place: Arc::new(place) }
    }
}
