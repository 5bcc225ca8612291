use std::{
    collections::BTreeSet,
    fmt,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use rmcp::model::JsonObject;
use serde::Serialize;
use serde_json::Value;

use super::{
    chain::Link,
    error::AuditError,
    file::{self, Found, Storage},
    line::{Note, written},
};
use crate::{
    audit::{
        burst::Raised,
        event::{Event, Kind, printable},
        keyed::Keyed,
        redact::{self, Cap},
        result::Returned,
    },
    registry::Redaction,
};

/// When a new file begins, unless it is set.
const ROTATE_AT: u64 = 64 * 1024 * 1024;
/// How many refusals of strangers have a line of their own in one window; the others are counted.
const STRANGERS: u64 = 600;
const WINDOW: Duration = Duration::from_secs(60);
/// How many calls that have ended unrecorded a line names.
const NAMED: usize = 100;

/// What writes the trail of one server.
pub(crate) struct Trail {
    state: Mutex<State>,
    goes_on: bool,
    keyed: Option<Keyed>,
    results: Option<Cap>,
    about: About,
}

/// What every record says of its server.
#[derive(Debug, Default, Serialize)]
pub(crate) struct About {
    /// Its name and version.
    pub(crate) server: String,
    /// The fingerprint of its policy.
    pub(crate) policy: String,
}

/// The event could not be recorded.
#[derive(Debug)]
pub(crate) struct Unrecorded;

struct State {
    /// What the monotonic time of lines is counted from.
    began: Instant,
    storage: Box<dyn Storage>,
    link: Link,
    /// As far as the file is whole.
    size: u64,
    /// Whether something may stand behind that.
    torn: bool,
    rotate_at: u64,
    rotate_next: u64,
    /// The calls whose end is not written yet.
    open: BTreeSet<String>,
    lost: u64,
    ended: Vec<String>,
    strangers: Strangers,
}

/// Whoever is not recognised must not fill the disk.
struct Strangers {
    began: Instant,
    written: u64,
    counted: u64,
}

impl Trail {
    /// Goes on with the trail at `path`, or begins it.
    pub(super) fn open(path: &Path) -> Result<Self, AuditError> {
        let Found { storage, link, size, open, torn } = file::open(path)?;
        let mut state = State::new(storage, link, size);
        let failed = |source| AuditError::Io { path: path.to_owned(), what: "written", source };
        if let Some(torn) = torn {
            state.append(&torn.note()).map_err(failed)?;
        }
        for record in &open {
            state.append(&Note::Closed { record, outcome: "unknown" }).map_err(failed)?;
        }
        state.append(&Note::Opened { process: std::process::id() }).map_err(failed)?;
        Ok(Self::of(state))
    }

    fn of(state: State) -> Self {
        Self { state: Mutex::new(state), goes_on: false, keyed: None, results: None, about: About::default() }
    }

    pub(super) fn keyed(&mut self, keyed: Keyed) {
        self.keyed = Some(keyed);
    }

    pub(super) fn results(&mut self, bytes: usize) {
        self.results = Some(Cap::of(bytes));
    }

    pub(super) fn about(&mut self, about: About) {
        self.about = about;
    }

    /// Whether it can make digests that tell nobody what they are of.
    pub(crate) fn has_secret(&self) -> bool {
        self.keyed.is_some()
    }

    /// What a record says of arguments.
    pub(in crate::audit) fn arguments(&self, arguments: &JsonObject, rules: &'static [Redaction]) -> Value {
        redact::arguments(arguments, rules, self.keyed.as_ref())
    }

    /// What a record says of a result.
    pub(in crate::audit) fn returned(&self, result: &[u8]) -> Returned {
        let content =
            self.results.and_then(|cap| Some(redact::result(&serde_json::from_slice(result).ok()?, cap)));
        let hmac = self.keyed.as_ref().map(|keyed| keyed.bytes(result));
        Returned { bytes: result.len(), hmac, content }
    }

    pub(super) fn rotate_at(&mut self, bytes: u64) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        (state.rotate_at, state.rotate_next) = (bytes, bytes);
    }

    pub(super) fn continue_without(&mut self) {
        self.goes_on = true;
    }

    /// Records an event, or counts it as lost.
    pub(in crate::audit) fn record(&self, event: &Event) -> Result<(), Unrecorded> {
        let mut state = self.lock();
        let recorded = state.record(event, &self.about);
        drop(state);
        match recorded {
            Ok(()) => Ok(()),
            Err(error) => {
                tracing::error!(target: "mcp_rbac", %error, "an event cannot be recorded in the audit trail");
                if self.goes_on { Ok(()) } else { Err(Unrecorded) }
            }
        }
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
        let mut state = self.lock();
        if state.caught_up().and_then(|()| state.append(&note)).is_err() {
            state.lost += 1;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // a line is written or it is not, whatever panics meanwhile
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn new(storage: Box<dyn Storage>, link: Link, size: u64) -> Self {
        Self {
            began: Instant::now(),
            storage,
            link,
            size,
            torn: false,
            rotate_at: ROTATE_AT,
            rotate_next: ROTATE_AT,
            open: BTreeSet::new(),
            lost: 0,
            ended: Vec::new(),
            strangers: Strangers { began: Instant::now(), written: 0, counted: 0 },
        }
    }

    fn record(&mut self, event: &Event, about: &About) -> std::io::Result<()> {
        let kind = event.kind();
        if event.is_of_stranger() && !self.has_place() {
            self.strangers.counted += 1;
            return Ok(());
        }
        let written = self.caught_up().and_then(|()| self.append(&event.body(about)));
        match (&written, kind) {
            (Ok(()), Kind::Started) => {
                self.open.insert(event.record().to_string());
            }
            (Ok(()), Kind::Finished) => {
                self.open.remove(&event.record().to_string());
            }
            (Ok(()), Kind::Refused) => {}
            (Err(_), kind) => {
                self.lost += 1;
                let record = event.record().to_string();
                // the call is over: whoever reads the trail must not wait for its end
                if kind == Kind::Finished && self.open.remove(&record) && self.ended.len() < NAMED {
                    self.ended.push(record);
                }
            }
        }
        written
    }

    /// Whether one more refusal of a stranger has a line of its own.
    fn has_place(&mut self) -> bool {
        if self.strangers.began.elapsed() < WINDOW {
            let has_place = self.strangers.written < STRANGERS;
            self.strangers.written += u64::from(has_place);
            return has_place;
        }
        true
    }

    /// Writes what could not be written, or was only counted, before.
    fn caught_up(&mut self) -> std::io::Result<()> {
        if self.lost > 0 {
            let ended = std::mem::take(&mut self.ended);
            if let Err(error) = self.append(&Note::Gap { lost: self.lost, ended: &ended }) {
                self.ended = ended;
                return Err(error);
            }
            self.lost = 0;
        }
        let passed = self.strangers.began.elapsed();
        if passed >= WINDOW {
            if self.strangers.counted > 0 {
                self.append(&Note::Refusals { count: self.strangers.counted, seconds: passed.as_secs() })?;
            }
            self.strangers = Strangers { began: Instant::now(), written: 1, counted: 0 };
        }
        Ok(())
    }

    /// Appends one line.
    fn append<B: Serialize>(&mut self, body: &B) -> std::io::Result<()> {
        if self.torn {
            self.storage.truncate(self.size)?;
            self.torn = false;
        }
        let mut line = written(self.link, self.began, body)?;
        let next = Link::after(self.link.sequence, &line);
        line.push(b'\n');
        if let Err(error) = self.storage.append(&line) {
            // as much of it as there is goes before the next one comes
            self.torn = self.storage.truncate(self.size).is_err();
            return Err(error);
        }
        self.link = next;
        self.size = self.size.saturating_add(line.len() as u64);
        if self.size >= self.rotate_next {
            self.rotate();
        }
        Ok(())
    }

    /// Begins a new file. Where that is not possible this one grows on.
    fn rotate(&mut self) {
        match self.storage.rotate() {
            Ok(from) => {
                (self.size, self.rotate_next) = (0, self.rotate_at);
                let open: Vec<String> = self.open.iter().cloned().collect();
                let open = open.iter().map(String::as_str).collect();
                if let Err(error) = self.append(&Note::Rotated { from: &from, open }) {
                    self.lost += 1;
                    tracing::error!(target: "mcp_rbac", %error, "the audit trail cannot be written");
                }
            }
            Err(error) => {
                self.rotate_next = self.size.saturating_add(self.rotate_at);
                tracing::error!(target: "mcp_rbac", %error, "the audit trail cannot begin a new file");
            }
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
