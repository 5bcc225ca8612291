use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rmcp::transport::streamable_http_server::session::{SessionId, local::LocalSessionHandle};
use tokio::{
    sync::Semaphore,
    time::{Instant, Sleep, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{Refused, SessionLimits};
use crate::{
    auth::Principal,
    guard::{Recognised, Session},
};

/// The sessions of one server, each with whose it is.
#[derive(Clone)]
pub(super) struct Table(Arc<Shared>);

struct Shared {
    limits: SessionLimits,
    entries: Mutex<HashMap<SessionId, Entry>>,
}

struct Entry {
    owner: Principal,
    until: Instant,
    open: Open,
}

/// A session, for its owner.
#[derive(Clone)]
pub(super) struct Open {
    pub(super) handle: LocalSessionHandle,
    pub(super) session: Session,
    /// One for each request that may be worked on.
    pub(super) places: Arc<Semaphore>,
    pub(super) answers: Arc<Answers>,
    pub(super) ended: CancellationToken,
}

/// The streams that answer requests, by the numbers that rmcp counts them with.
#[derive(Default)]
pub(super) struct Answers {
    next: AtomicU64,
    /// Those before it were begun under other permissions.
    since: AtomicU64,
}

/// A session's place in the table: until it is dropped, the session counts.
pub(super) struct Seat {
    table: Table,
    id: SessionId,
    pub(super) ended: CancellationToken,
    until: Instant,
}

impl Table {
    pub(super) fn new(limits: SessionLimits) -> Self {
        Self(Arc::new(Shared { limits, entries: Mutex::default() }))
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<SessionId, Entry>> {
        // what is under the lock is whole at every moment
        self.0.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new session of `owner`, with an id that nobody can guess.
    pub(super) fn begin<W>(
        &self,
        owner: Recognised,
        make: impl FnOnce(SessionId) -> (LocalSessionHandle, W),
    ) -> Result<(Seat, W), Refused> {
        let id = new_id()?;
        let limits = &self.0.limits;
        let principal = owner.principal().clone();
        if principal.is_anonymous() {
            return Err(Refused::Failed);
        }
        let now = Instant::now();
        let until = now.checked_add(limits.age).unwrap_or(now + crate::http::layer::NEVER);
        let ended = CancellationToken::new();
        let mut entries = self.entries();
        if entries.len() >= limits.in_all {
            return Err(Refused::TooMany);
        }
        let own = entries.values().filter(|entry| entry.owner.is_same_as(&principal)).count();
        if own >= limits.per_principal {
            return Err(Refused::TooManyOfOne);
        }
        let (handle, worker) = make(id.clone());
        let open = Open {
            handle,
            session: Session::new(owner),
            places: Arc::new(Semaphore::new(limits.requests)),
            answers: Arc::default(),
            ended: ended.clone(),
        };
        entries.insert(id.clone(), Entry { owner: principal, until, open });
        Ok((Seat { table: self.clone(), id, ended, until }, worker))
    }

    /// The session of this id, where it is the sender's. For everybody else there is none.
    pub(super) fn of(&self, id: &SessionId, sender: &Recognised) -> Result<Open, Refused> {
        let open = {
            let entries = self.entries();
            let entry = entries.get(id).filter(|entry| {
                entry.owner.owns_with(sender.principal())
                    && entry.until > Instant::now()
                    && !entry.open.ended.is_cancelled()
            });
            entry.map(|entry| entry.open.clone()).ok_or(Refused::Unknown)?
        };
        let before = open.session.renew(sender.clone());
        if !before.principal().has_permissions_of(sender.principal()) {
            open.answers.forget();
        }
        Ok(open)
    }
}

impl Answers {
    /// A request is answered on the stream of this number.
    pub(super) fn begin(&self, number: u64) {
        self.next.fetch_max(number.saturating_add(1), Ordering::AcqRel);
    }

    /// What was allowed before is not handed out any more.
    fn forget(&self) {
        self.since.store(self.next.load(Ordering::Acquire), Ordering::Release);
    }

    /// Whether the stream of this number was begun under the permissions of now.
    pub(super) fn may_resume(&self, number: u64) -> bool {
        number >= self.since.load(Ordering::Acquire)
    }
}

impl Seat {
    pub(super) fn id(&self) -> SessionId {
        self.id.clone()
    }

    /// Done when the session is as old as it may become.
    pub(super) fn age(&self) -> Sleep {
        sleep_until(self.until)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.ended.cancel();
        self.table.entries().remove(&self.id);
    }
}

/// 256 bits of the system's randomness (MCP 2025-11-25, basic/transports: globally unique and cryptographically secure,
/// of visible ASCII).
fn new_id() -> Result<SessionId, Refused> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|_| Refused::Failed)?;
    Ok(URL_SAFE_NO_PAD.encode(random).into())
}
