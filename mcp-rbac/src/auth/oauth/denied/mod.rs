//! Tokens that are refused although they are good: a file that says which.

mod file;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use arc_swap::ArcSwap;

use super::cache::Mark;
use crate::auth::clock::Clock;
use file::Entry;

/// How often the file is read. It is short, and what it says has to take effect within a second.
const INTERVAL: Duration = Duration::from_millis(250);
/// How long what it said before counts when it cannot be read, or nobody reads it any more.
const MAX_STALE: Duration = Duration::from_secs(5 * 60);
/// How often a lasting problem is repeated in the log.
const REPEAT: Duration = Duration::from_secs(60);

/// The file, as it was read last.
pub(super) struct Denied(Arc<Inner>);

struct Inner {
    path: PathBuf,
    clock: Arc<dyn Clock>,
    entries: ArcSwap<Vec<Entry>>,
    /// When it was last read and right, in milliseconds.
    right: AtomicU64,
    complaint: Mutex<Complaint>,
}

#[derive(Default)]
struct Complaint {
    text: String,
    said: Option<Duration>,
}

/// Whether a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Allowed,
    Denied,
    /// The file has been bad for too long.
    Unknown,
}

impl Denied {
    /// Reads the file, which has to be right, and begins to look after it. The error is for whoever starts the server.
    pub(super) fn start(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, String> {
        let entries = file::read(path).map_err(|why| format!("{}: {why}", path.display()))?;
        let inner = Arc::new(Inner {
            path: path.to_owned(),
            right: AtomicU64::new(millis(clock.uptime())),
            clock,
            entries: ArcSwap::from_pointee(entries),
            complaint: Mutex::default(),
        });
        let watched = Arc::downgrade(&inner);
        let look = move || {
            while let Some(inner) = watched.upgrade() {
                inner.look();
                drop(inner);
                thread::sleep(INTERVAL);
            }
        };
        thread::Builder::new()
            .name("mcp-rbac-denied".to_owned())
            .spawn(look)
            .map_err(|error| format!("no thread to look after {}: {error}", path.display()))?;
        Ok(Self(inner))
    }

    /// Whether the token with this mark is refused.
    pub(super) fn answer(&self, mark: &Mark) -> Answer {
        let since =
            self.0.clock.uptime().saturating_sub(Duration::from_millis(self.0.right.load(Ordering::Acquire)));
        if since > MAX_STALE {
            return Answer::Unknown;
        }
        if self.0.entries.load().iter().any(|entry| entry.is_about(mark)) {
            Answer::Denied
        } else {
            Answer::Allowed
        }
    }
}

impl Inner {
    fn look(&self) {
        let now = self.clock.uptime();
        let mut complaint = self.complaint.lock().unwrap_or_else(PoisonError::into_inner);
        let path = self.path.display();
        match file::read(&self.path) {
            Ok(entries) => {
                if complaint.said.take().is_some() {
                    tracing::info!(target: "mcp_rbac", %path, "the file of denied tokens is right again");
                }
                if **self.entries.load() != entries {
                    tracing::info!(target: "mcp_rbac", %path, entries = entries.len(), "the denied tokens have changed");
                    self.entries.store(Arc::new(entries));
                }
                self.right.store(millis(now), Ordering::Release);
            }
            Err(why) => {
                let is_said = complaint.said.is_some_and(|said| now.saturating_sub(said) < REPEAT);
                if is_said && complaint.text == why {
                    return;
                }
                tracing::error!(
                    target: "mcp_rbac", %path,
                    "the file of denied tokens is bad: {why}; what it said before counts for {} minutes, then no token is \
                     accepted",
                    MAX_STALE.as_secs() / 60
                );
                *complaint = Complaint { text: why, said: Some(now) };
            }
        }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use jiff::Timestamp;

    use super::*;
    use crate::{
        auth::{Method, Principal},
        policy::properties::role_with,
    };

    struct VirtualClock(Mutex<Duration>);

    impl Clock for VirtualClock {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH
        }

        fn uptime(&self) -> Duration {
            *self.0.lock().unwrap()
        }
    }

    #[test]
    fn a_file_that_stays_bad_lets_nobody_in() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deny.toml");
        fs::write(&path, "version = 1").unwrap();
        let clock = Arc::new(VirtualClock(Mutex::new(Duration::from_secs(1000))));
        let denied = Denied::start(&path, clock.clone()).unwrap();
        let principal = Principal::of_role(Method::OAuth, "alice".to_owned(), role_with(1, &[0].into()));
        let mark = Mark { principal, jti: None, bound: None, issued: None };
        assert_eq!(denied.answer(&mark), Answer::Allowed);
        fs::remove_file(&path).unwrap();
        denied.0.look();
        let right = Duration::from_millis(denied.0.right.load(Ordering::Acquire));
        *clock.0.lock().unwrap() = right + MAX_STALE;
        denied.0.look();
        assert_eq!(denied.answer(&mark), Answer::Allowed);
        *clock.0.lock().unwrap() = right + MAX_STALE + Duration::from_millis(1);
        denied.0.look();
        assert_eq!(denied.answer(&mark), Answer::Unknown);
        fs::write(&path, "version = 1\n[[deny]]\nsubject = \"alice\"").unwrap();
        denied.0.look();
        assert_eq!(denied.answer(&mark), Answer::Denied);
    }
}
