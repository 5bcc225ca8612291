//! The keys in force, and the thread that looks after their file.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use arc_swap::{ArcSwap, Guard};
use jiff::Timestamp;

use super::{
    digest::Digest,
    error::{KeyFileError, Kind},
    file,
    last_used::LastUsed,
    set::KeySet,
    sys::{self, Access, Fingerprint, KeyFileMode},
};
use crate::{auth::clock::Clock, policy::Policy};

/// How often the file is looked at. A revoked key has to stop within a second; asking for the metadata of one file costs
/// microseconds, works on every file system and across links that are swapped, and cannot miss an event.
const INTERVAL: Duration = Duration::from_millis(250);
/// How often it is read although nothing seems to have changed, for file systems whose times cannot be relied on.
const REREAD: Duration = Duration::from_secs(30);
/// How often a lasting problem is repeated in the log.
const REPEAT: Duration = Duration::from_secs(60);
/// How long nobody may have looked at the file before it counts as unreadable: the thread has died or hangs.
const SILENCE: Duration = Duration::from_secs(10);

/// What [`ApiKeys`](super::ApiKeys) was told.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) path: PathBuf,
    pub(super) mode: KeyFileMode,
    pub(super) max_stale: Duration,
    pub(super) clock: Arc<dyn Clock>,
}

/// The keys at one moment. A request takes one and uses nothing else.
pub(super) struct Snapshot {
    pub(super) keys: Arc<KeySet>,
    /// Counts the sets that have been in force.
    pub(super) epoch: u64,
    /// Since when the file has been bad, by the clock of the process.
    bad_since: Option<Duration>,
}

/// A key file that is looked after.
pub(super) struct Watch {
    settings: Settings,
    policy: &'static Policy,
    current: ArcSwap<Snapshot>,
    /// When the file was last looked at, in milliseconds.
    looked: AtomicU64,
    state: Mutex<State>,
    spawned: AtomicBool,
}

/// What the one who looks after the file remembers.
struct State {
    /// The file that was last read, where a change of it would show.
    seen: Option<Fingerprint>,
    read: Duration,
    /// The text of the keys in force.
    text: Digest,
    complaint: Option<Complaint>,
    last_used: LastUsed,
}

struct Complaint {
    text: String,
    logged: Duration,
}

impl Watch {
    /// Reads the file for the first time. It has to be right, and to let somebody in.
    pub(super) fn begin(settings: Settings, policy: &'static Policy) -> Result<Self, KeyFileError> {
        let now = settings.clock.uptime();
        let (text, seen) = read(&settings)?;
        let keys = parse(&settings, &text, policy, None)?;
        if keys.len() == 0 {
            return Err(KeyFileError::new(&settings.path, Kind::Empty));
        }
        if keys.active(settings.clock.now()) == 0 {
            let path = settings.path.display();
            tracing::warn!(target: "mcp_rbac", %path, "no api key works: each is revoked, expired or not yet valid");
        }
        let state = State {
            seen: Some(seen).filter(Fingerprint::is_settled),
            read: now,
            text: Digest::of(&text),
            complaint: None,
            last_used: LastUsed::new(&settings.path),
        };
        Ok(Self {
            policy,
            current: ArcSwap::from_pointee(Snapshot { keys: Arc::new(keys), epoch: 1, bad_since: None }),
            looked: AtomicU64::new(millis(now)),
            state: Mutex::new(state),
            spawned: AtomicBool::new(false),
            settings,
        })
    }

    pub(super) fn policy(&self) -> &'static Policy {
        self.policy
    }

    pub(super) fn now(&self) -> Timestamp {
        self.settings.clock.now()
    }

    pub(super) fn snapshot(&self) -> Guard<Arc<Snapshot>> {
        self.current.load()
    }

    /// Whether the keys have been in force for too long without anybody having seen them in the file.
    pub(super) fn is_overdue(&self, snapshot: &Snapshot) -> bool {
        let unseen = snapshot.bad_since.unwrap_or_else(|| {
            Duration::from_millis(self.looked.load(Ordering::Acquire)).saturating_add(SILENCE)
        });
        self.settings.clock.uptime() >= unseen.saturating_add(self.settings.max_stale)
    }

    /// What is wrong with the file, if anything is.
    pub(super) fn problem(&self) -> Option<String> {
        self.state().complaint.as_ref().map(|complaint| complaint.text.clone())
    }

    /// Starts the thread, once. It ends when nobody holds the keys any more.
    pub(super) fn spawn(self: &Arc<Self>) -> Result<(), String> {
        if self.spawned.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        let watch = Arc::downgrade(self);
        let look = move || {
            while let Some(watch) = watch.upgrade() {
                watch.poll();
                drop(watch);
                thread::sleep(INTERVAL);
            }
        };
        match thread::Builder::new().name("mcp-rbac-keys".to_owned()).spawn(look) {
            Ok(_) => Ok(()),
            Err(error) => {
                self.spawned.store(false, Ordering::Release);
                Err(format!("no thread to look after {}: {error}", self.settings.path.display()))
            }
        }
    }

    /// Looks at the file, and puts its keys in force if it has changed.
    pub(super) fn poll(&self) {
        let mut state = self.state();
        let now = self.settings.clock.uptime();
        if !state.is_current(&self.settings, now) {
            match self.reload(&mut state, now) {
                Ok(()) => self.recover(&mut state),
                Err(error) => self.complain(&mut state, &error, now),
            }
        } else if let Some(complaint) = &mut state.complaint {
            complaint.repeat(now, || self.consequence(now));
        }
        self.looked.store(millis(now), Ordering::Release);
        state.last_used.keep(&self.snapshot().keys, now);
    }

    fn reload(&self, state: &mut State, now: Duration) -> Result<(), KeyFileError> {
        // what cannot be opened is tried again each time
        state.seen = None;
        let (text, seen) = read(&self.settings)?;
        state.seen = Some(seen).filter(Fingerprint::is_settled);
        state.read = now;
        let digest = Digest::of(&text);
        if digest == state.text {
            return Ok(());
        }
        let before = self.snapshot();
        let keys = parse(&self.settings, &text, self.policy, Some(&before.keys))?;
        let (count, epoch) = (keys.len(), before.epoch + 1);
        self.current.store(Arc::new(Snapshot { keys: Arc::new(keys), epoch, bad_since: None }));
        state.text = digest;
        let path = self.settings.path.display();
        tracing::info!(target: "mcp_rbac", %path, keys = count, epoch, "the api keys have changed");
        if count == 0 {
            tracing::warn!(target: "mcp_rbac", %path, "there is no api key any more: nobody can log in with one");
        }
        Ok(())
    }

    /// The file is right, and the keys in force are its keys.
    fn recover(&self, state: &mut State) {
        let snapshot = self.snapshot();
        if snapshot.bad_since.is_some() {
            let keys = Arc::clone(&snapshot.keys);
            self.current.store(Arc::new(Snapshot { keys, epoch: snapshot.epoch, bad_since: None }));
        }
        if state.complaint.take().is_some() {
            let path = self.settings.path.display();
            tracing::info!(target: "mcp_rbac", %path, "the key file can be used again");
        }
    }

    /// The file is bad: from now on time runs.
    fn complain(&self, state: &mut State, error: &KeyFileError, now: Duration) {
        let snapshot = self.snapshot();
        if snapshot.bad_since.is_none() {
            let (keys, epoch) = (Arc::clone(&snapshot.keys), snapshot.epoch);
            self.current.store(Arc::new(Snapshot { keys, epoch, bad_since: Some(now) }));
        }
        let text = error.explain();
        match &mut state.complaint {
            Some(complaint) if complaint.text == text => complaint.repeat(now, || self.consequence(now)),
            other => other.insert(Complaint { text, logged: now }).log(&self.consequence(now)),
        }
    }

    fn consequence(&self, now: Duration) -> String {
        let snapshot = self.snapshot();
        let end = snapshot.bad_since.unwrap_or(now).saturating_add(self.settings.max_stale);
        match end.saturating_sub(now) {
            Duration::ZERO => "no api key is accepted until the file is right".to_owned(),
            left => format!(
                "the keys read before stay in force for {} seconds, then none is accepted",
                left.as_secs()
            ),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether the file is the one that was read, and there is no reason to doubt it.
    fn is_current(&self, settings: &Settings, now: Duration) -> bool {
        let there = sys::fingerprint(&settings.path).ok();
        self.seen.is_some() && self.seen == there && now.saturating_sub(self.read) < REREAD
    }
}

impl Complaint {
    fn log(&self, consequence: &str) {
        tracing::error!(target: "mcp_rbac", "{}; {consequence}", self.text);
    }

    fn repeat(&mut self, now: Duration, consequence: impl FnOnce() -> String) {
        if now.saturating_sub(self.logged) >= REPEAT {
            self.logged = now;
            self.log(&consequence());
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let keys = Arc::clone(&self.current.load().keys);
        self.state.get_mut().unwrap_or_else(PoisonError::into_inner).last_used.save(&keys);
    }
}

fn read(settings: &Settings) -> Result<(Vec<u8>, Fingerprint), KeyFileError> {
    sys::read(&settings.path, Access::from(settings.mode)).map(|(text, seen, _)| (text, seen))
}

fn parse(
    settings: &Settings,
    text: &[u8],
    policy: &'static Policy,
    before: Option<&KeySet>,
) -> Result<KeySet, KeyFileError> {
    let keys = file::parse(text).and_then(|keys| KeySet::new(&keys, policy, before));
    keys.map_err(|problems| KeyFileError::new(&settings.path, Kind::Invalid(problems)))
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
