use std::{
    fmt,
    path::Path,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use parking_lot::{Mutex, MutexGuard};
use rmcp::model::JsonObject;
use serde_json::value::RawValue;

use super::{
    chain::Link,
    checkpoint::Checkpoints,
    checkpointer::Checkpointer,
    durable::{Durable, Keeper},
    error::AuditError,
    file::{self, Found},
    line::Note,
    state::State,
};
use crate::{
    audit::{
        burst::Raised,
        event::{Event, Kind, printable},
        keyed::Keyed,
        members::{Members, member},
        redact::{self, Cap},
        result::Returned,
    },
    registry::Redaction,
};

/// How long a call waits for another one that is being written.
const PATIENCE: Duration = Duration::from_secs(1);

/// What writes the trail of one server.
pub(crate) struct Trail {
    state: Mutex<State>,
    /// Whether a line took longer to write than others wait. From then on nobody waits, until it is written.
    hangs: AtomicBool,
    /// Lines that could not be counted where lines are.
    lost: AtomicU64,
    goes_on: bool,
    syncs: bool,
    keeper: OnceLock<Keeper>,
    checkpointer: Option<Checkpointer>,
    /// Where the trail ended that it goes on with.
    found: Link,
    keyed: Option<Keyed>,
    results: Option<Cap>,
    /// What every record says of its server.
    about: Members,
}

/// A server, as its records name it.
#[derive(Debug)]
pub(crate) struct About {
    /// Its name and version.
    pub(crate) server: String,
    /// The fingerprint of its policy.
    pub(crate) policy: String,
}

/// The event could not be recorded.
#[derive(Debug)]
pub(crate) struct Unrecorded;

impl Trail {
    /// Goes on with the trail at `path`, or begins it.
    pub(super) fn open(path: &Path) -> Result<Self, AuditError> {
        let Found { storage, link, size, open, torn } = file::open(path)?;
        let mut state = State::new(storage, link, size);
        let failed = |source| AuditError::Io { path: path.to_owned(), what: "written", source };
        if let Some(torn) = torn {
            let _no_sink_yet = state.note(&torn.note()).map_err(failed)?;
        }
        for record in &open {
            let _no_sink_yet = state.note(&Note::Closed { record, outcome: "unknown" }).map_err(failed)?;
        }
        let _no_sink_yet = state.note(&Note::Opened { process: std::process::id() }).map_err(failed)?;
        let mut trail = Self::of(state);
        trail.found = link;
        Ok(trail)
    }

    fn of(state: State) -> Self {
        Self {
            state: Mutex::new(state),
            hangs: AtomicBool::new(false),
            lost: AtomicU64::new(0),
            goes_on: false,
            syncs: false,
            keeper: OnceLock::new(),
            checkpointer: None,
            found: Link::FIRST,
            keyed: None,
            results: None,
            about: Members::default(),
        }
    }

    /// Before anybody else has it.
    pub(super) fn state(&mut self) -> &mut State {
        self.state.get_mut()
    }

    pub(super) fn keyed(&mut self, keyed: Keyed) {
        self.keyed = Some(keyed);
    }

    pub(super) fn results(&mut self, bytes: usize) {
        self.results = Some(Cap::of(bytes));
    }

    pub(super) fn about(&mut self, About { server, policy }: &About) {
        let mut about = Members::default();
        about.text(member!("server"), server);
        about.text(member!("policy"), policy);
        self.about = about;
    }

    pub(super) fn found(&self) -> Link {
        self.found
    }

    pub(super) fn checkpoints(&mut self, checkpoints: Checkpoints) {
        self.checkpointer = Some(Checkpointer::new(checkpoints));
    }

    pub(super) fn fsync(&mut self) {
        self.syncs = true;
    }

    pub(super) fn continue_without(&mut self) {
        self.goes_on = true;
    }

    /// The trail, which is looked after from now on.
    pub(super) fn kept(self) -> Arc<Self> {
        let trail = Arc::new(self);
        match Keeper::start(Arc::downgrade(&trail), trail.syncs) {
            Ok(keeper) => drop(trail.keeper.set(keeper)),
            Err(error) => {
                tracing::error!(target: "mcp_rbac", %error, "nothing looks after the audit trail");
            }
        }
        if let Some(checkpointer) = &trail.checkpointer
            && let Err(error) = checkpointer.start(Arc::downgrade(&trail))
        {
            tracing::error!(target: "mcp_rbac", %error, "no checkpoints of the audit trail are made but the last one");
        }
        trail
    }

    /// Whether it can make digests that tell nobody what they are of.
    pub(crate) fn has_secret(&self) -> bool {
        self.keyed.is_some()
    }

    /// What a record says of arguments.
    pub(in crate::audit) fn arguments(
        &self,
        arguments: &JsonObject,
        rules: &'static [Redaction],
    ) -> serde_json::Result<Box<RawValue>> {
        redact::arguments(arguments, rules, self.keyed.as_ref())
    }

    /// What a record says of a result.
    pub(in crate::audit) fn returned(&self, result: &[u8]) -> Returned {
        let content =
            self.results.and_then(|cap| redact::result(&serde_json::from_slice(result).ok()?, cap).ok());
        let hmac = self.keyed.as_ref().map(|keyed| keyed.bytes(result));
        Returned { bytes: result.len(), hmac, content }
    }

    /// Records an event, or counts it as lost. What is recorded is on the disk later, where that is wanted.
    pub(in crate::audit) fn record(&self, event: &mut Event) -> Result<Durable, Unrecorded> {
        let failed = self.keeper.get().map_or(0, Keeper::failed);
        // where there is no line for sure, it is made once there is one
        if !event.is_of_many() {
            event.make(&self.about);
        }
        let Some(mut state) = self.lock() else {
            self.lost.fetch_add(1, Ordering::Relaxed);
            return self.unrecorded("another line is being written for too long");
        };
        let recorded = state.record(event, &self.about);
        let line = state.link().sequence.saturating_sub(1);
        drop(state);
        if let Some(checkpointer) = &self.checkpointer {
            checkpointer.written(line);
        }
        match recorded {
            Ok(()) => self.durable(line, failed, event.kind()),
            Err(error) => self.unrecorded(error),
        }
    }

    fn durable(&self, line: u64, failed: u64, kind: Kind) -> Result<Durable, Unrecorded> {
        match self.keeper.get() {
            Some(keeper) => {
                let durable = keeper.written(line, failed);
                Ok(if self.goes_on { Durable::NOW } else { durable })
            }
            None if self.syncs && kind == Kind::Started => self.unrecorded("nothing brings it to the disk"),
            None => Ok(Durable::NOW),
        }
    }

    fn unrecorded(&self, error: impl fmt::Display) -> Result<Durable, Unrecorded> {
        tracing::error!(target: "mcp_rbac", %error, "an event cannot be recorded in the audit trail");
        if self.goes_on { Ok(Durable::NOW) } else { Err(Unrecorded) }
    }

    /// Records that an alert was raised, or counts it as lost.
    pub(crate) fn alert(&self, raised: &Raised) {
        let Raised { subject, method, tool, more_than, within, first, last } = raised;
        let note = Note::Alert {
            subject: &printable(subject),
            authenticated_by: method.as_str(),
            tool,
            more_than: *more_than,
            within_s: within.as_secs(),
            first: *first,
            last: *last,
        };
        let Some(mut state) = self.lock() else {
            self.lost.fetch_add(1, Ordering::Relaxed);
            return;
        };
        if state.caught_up(Instant::now()).and_then(|()| state.note(&note)?).is_err() {
            state.lost += 1;
        }
    }

    /// Does what is due although nothing happens.
    pub(super) fn look_after(&self) {
        let Some(mut state) = self.state.try_lock() else { return };
        let now = Instant::now();
        state.look();
        if let Err(error) = state.caught_up(now) {
            tracing::error!(target: "mcp_rbac", %error, "the audit trail cannot be written");
        }
    }

    /// Does what is due at the end.
    pub(crate) fn ends(&self) {
        let Some(mut state) = self.lock() else { return };
        if let Err(error) = state.ends(Instant::now()) {
            tracing::error!(target: "mcp_rbac", %error, "the audit trail cannot be written");
        }
        let link = state.link();
        drop(state);
        if let Some(checkpointer) = &self.checkpointer {
            checkpointer.end(link);
        }
    }

    pub(super) fn checkpointer(&self) -> Option<&Checkpointer> {
        self.checkpointer.as_ref()
    }

    /// Where the next line goes.
    pub(super) fn link(&self) -> Option<Link> {
        self.lock().map(|state| state.link())
    }

    /// What brings the lines before this number to the disk.
    #[expect(clippy::type_complexity, reason = "it is called at once")]
    pub(super) fn syncer(
        &self,
    ) -> Option<(u64, std::io::Result<Box<dyn FnOnce() -> std::io::Result<()> + Send>>)> {
        let state = self.lock()?;
        Some((state.link().sequence, state.syncer()))
    }

    /// `None` where another one is being written for longer than anybody waits: whoever waits holds up a thread.
    fn lock(&self) -> Option<MutexGuard<'_, State>> {
        let patience = if self.hangs.load(Ordering::Relaxed) { Duration::ZERO } else { PATIENCE };
        let state = self.state.try_lock_for(patience);
        self.hangs.store(state.is_none(), Ordering::Relaxed);
        let mut state = state?;
        state.lost = state.lost.saturating_add(self.lost.swap(0, Ordering::Relaxed));
        Some(state)
    }
}

impl Drop for Trail {
    fn drop(&mut self) {
        let link = self.state.get_mut().link();
        if let Some(checkpointer) = &self.checkpointer {
            checkpointer.end(link);
        }
    }
}

impl fmt::Debug for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trail").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
