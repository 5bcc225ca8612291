//! What is under the lock: the file, and what is still to be written into it.

use std::{
    collections::BTreeSet,
    io,
    time::{Duration, Instant},
};

use super::{
    chain::Link,
    clock::Clock,
    file::Storage,
    line::{self, Note},
    sink::Sinks,
    strangers::{Counted, Strangers},
};
use crate::audit::{
    RecordId,
    event::{Event, Kind, Outcome},
    members::Members,
};

/// When a new file begins, unless it is set.
const ROTATE_AT: u64 = 64 * 1024 * 1024;
/// How much room is kept for a line, in bytes.
const LONG: usize = 64 * 1024;
/// How many calls that have ended unrecorded a line names.
const NAMED: usize = 100;

pub(super) struct State {
    clock: Clock,
    storage: Box<dyn Storage>,
    link: Link,
    /// The last line, whose place the next one takes.
    line: Vec<u8>,
    /// As far as the file is whole.
    size: u64,
    /// Whether something may stand behind that.
    torn: bool,
    /// Whether the file is somewhere else than it was, so that nobody finds what is written into it.
    gone: bool,
    rotate_at: u64,
    rotate_next: u64,
    rotate_every: Option<Duration>,
    /// When the file was begun.
    rotated: Instant,
    /// The calls whose end is not written yet.
    open: BTreeSet<RecordId>,
    pub(super) lost: u64,
    ended: Vec<String>,
    pub(super) strangers: Strangers,
    pub(super) sinks: Sinks,
}

impl State {
    pub(super) fn new(storage: Box<dyn Storage>, link: Link, size: u64) -> Self {
        let now = Instant::now();
        Self {
            clock: Clock::start(now),
            storage,
            link,
            line: Vec::new(),
            size,
            torn: false,
            gone: false,
            rotate_at: ROTATE_AT,
            rotate_next: ROTATE_AT,
            rotate_every: None,
            rotated: now,
            open: BTreeSet::new(),
            lost: 0,
            ended: Vec::new(),
            strangers: Strangers::new(now),
            sinks: Sinks::default(),
        }
    }

    pub(super) fn rotate_at(&mut self, bytes: u64) {
        (self.rotate_at, self.rotate_next) = (bytes, bytes);
    }

    pub(super) fn rotate_every(&mut self, while_: Duration) {
        self.rotate_every = Some(while_);
    }

    /// Where the next line goes.
    pub(super) fn link(&self) -> Link {
        self.link
    }

    /// What brings the lines that there are to the disk, whatever else happens meanwhile.
    pub(super) fn syncer(&self) -> io::Result<Box<dyn FnOnce() -> io::Result<()> + Send>> {
        self.storage.syncer()
    }

    /// Records an event, of which text is made already where it has a line for sure.
    pub(super) fn record(&mut self, event: &mut Event, about: &Members) -> io::Result<()> {
        let (kind, of_many, now) = (event.kind(), event.is_of_many(), Instant::now());
        if of_many {
            // what was counted in the window before this one is written first
            if let Err(error) = self.caught_up(now) {
                self.lost += 1;
                return Err(error);
            }
            if !self.strangers.has_place(event.remote()) {
                return Ok(());
            }
            event.make(about);
        }
        let before = self.size;
        let appended = self.caught_up(now).and_then(|()| self.append(event.made(), now));
        let written = match appended {
            Ok(taken) => {
                match kind {
                    Kind::Started if taken.is_ok() => {
                        self.open.insert(event.record());
                    }
                    // it does not begin, and the file says that it does
                    Kind::Started => self.not_begun(event, about, now),
                    Kind::Finished => {
                        self.open.remove(&event.record());
                    }
                    Kind::Refused => {}
                }
                taken
            }
            Err(error) => {
                self.lost += 1;
                let record = event.record();
                // the call is over: whoever reads the trail must not wait for its end
                if kind == Kind::Finished && self.open.remove(&record) && self.ended.len() < NAMED {
                    self.ended.push(record.to_string());
                }
                Err(error)
            }
        };
        if of_many {
            self.strangers.took(self.size.saturating_sub(before));
        }
        written
    }

    fn not_begun(&mut self, event: &Event, about: &Members, now: Instant) {
        let mut ended = event.clone().outcome(Outcome::Cancelled);
        ended.make(about);
        // whichever sink takes it
        if self.append(ended.made(), now).is_err() {
            self.lost += 1;
            self.ended.push(event.record().to_string());
        }
    }

    /// Looks whether the file is still where it was.
    pub(super) fn look(&mut self) {
        let gone = !self.storage.is_in_place();
        if gone && !self.gone {
            tracing::error!(target: "mcp_rbac", "the file of the audit trail was taken away: nothing is recorded until it is back");
        }
        self.gone = gone;
    }

    /// Writes what could not be written, or was only counted, before.
    pub(super) fn caught_up(&mut self, now: Instant) -> io::Result<()> {
        if self.lost > 0 {
            let ended = std::mem::take(&mut self.ended);
            if let Err(error) = self.note(&Note::Gap { lost: self.lost, ended: &ended }) {
                self.ended = ended;
                return Err(error);
            }
            self.lost = 0;
        }
        if let Some(Counted { count, seconds }) = self.strangers.over(now, false) {
            // a sink that does not take it does not take what comes next either
            let _taken = self.note(&Note::Refusals { count, seconds })?;
        }
        self.strangers.begin(now);
        if self.rotate_every.is_some_and(|every| now.duration_since(self.rotated) >= every) && self.size > 0 {
            self.rotate();
        }
        Ok(())
    }

    /// Writes what is only counted so far.
    pub(super) fn ends(&mut self, now: Instant) -> io::Result<()> {
        self.caught_up(now)?;
        if let Some(Counted { count, seconds }) = self.strangers.over(now, true) {
            let _taken = self.note(&Note::Refusals { count, seconds })?;
            self.strangers = Strangers::new(now);
        }
        Ok(())
    }

    /// Appends a line that is about no single event.
    pub(super) fn note(&mut self, note: &Note<'_>) -> io::Result<io::Result<()>> {
        self.append(&Members::of(note)?, Instant::now())
    }

    /// Appends one line, and hands it on: whether every sink that is required has taken it.
    fn append(&mut self, members: &Members, now: Instant) -> io::Result<io::Result<()>> {
        if self.gone {
            return Err(io::Error::new(io::ErrorKind::NotFound, "the file was taken away"));
        }
        if self.torn {
            self.storage.truncate(self.size)?;
            self.torn = false;
        }
        line::write(&mut self.line, self.link, &mut self.clock, now, members)?;
        let next = Link::after(self.link.sequence, &self.line);
        self.line.push(b'\n');
        if let Err(error) = self.storage.append(&self.line) {
            // as much of it as there is goes before the next one comes
            self.torn = self.storage.truncate(self.size).is_err();
            return Err(error);
        }
        self.link = next;
        self.size = self.size.saturating_add(self.line.len() as u64);
        self.line.pop();
        let taken = self.sinks.take(&self.line);
        // what was long once need not stay
        self.line.shrink_to(LONG);
        if self.size >= self.rotate_next {
            self.rotate();
        }
        Ok(taken)
    }

    /// Begins a new file. Where that is not possible this one grows on.
    fn rotate(&mut self) {
        self.rotated = Instant::now();
        match self.storage.rotate() {
            Ok(from) => {
                // the first line can be longer than a file should be
                (self.size, self.rotate_next) = (0, u64::MAX);
                let open = self.open.iter().copied().collect();
                if let Err(error) = self.note(&Note::Rotated { from: &from, open }) {
                    self.lost += 1;
                    tracing::error!(target: "mcp_rbac", %error, "the audit trail cannot be written");
                }
                self.rotate_next = self.size.saturating_add(self.rotate_at);
            }
            Err(error) => {
                self.rotate_next = self.size.saturating_add(self.rotate_at);
                tracing::error!(target: "mcp_rbac", %error, "the audit trail cannot begin a new file");
            }
        }
    }
}
