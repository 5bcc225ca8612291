//! When keys were last used, in `keys.last-used.json` beside `keys.toml`. It is for people who wonder whether a key is
//! still needed. Nothing depends on it: it may be missing, old or unwritable.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::Timestamp;

use super::{
    set::KeySet,
    sys::{self, Access, Lasting},
};

/// How often it is written.
const PERIOD: Duration = Duration::from_secs(60);

/// The file that belongs to a key file.
pub(super) fn path(keys: &Path) -> PathBuf {
    keys.with_extension("last-used.json")
}

/// What the file says; nothing where it cannot be read.
pub(super) fn read(path: &Path) -> HashMap<String, Timestamp> {
    let text = sys::read(path, Access::CHANGE).map(|(text, ..)| text).unwrap_or_default();
    let times: HashMap<String, String> = serde_json::from_slice(&text).unwrap_or_default();
    times.into_iter().filter_map(|(id, time)| Some((id, time.parse().ok()?))).collect()
}

/// Writes it now and then.
pub(super) struct LastUsed {
    keys: PathBuf,
    /// When it was written, by the clock of the process.
    written: Duration,
    /// The latest use that is written down.
    latest: i64,
    warned: bool,
}

impl LastUsed {
    pub(super) fn new(keys: &Path) -> Self {
        Self { keys: keys.to_owned(), written: Duration::ZERO, latest: 0, warned: false }
    }

    /// Writes it if it is time to.
    pub(super) fn keep(&mut self, set: &KeySet, uptime: Duration) {
        if uptime.saturating_sub(self.written) >= PERIOD {
            self.written = uptime;
            self.save(set);
        }
    }

    /// Writes it if there is anything new.
    pub(super) fn save(&mut self, set: &KeySet) {
        let latest = set.last_uses().map(|(_, second)| second).max().unwrap_or_default();
        if latest <= self.latest {
            return;
        }
        // another one is writing: next time. Waiting would keep the thread from looking after the keys
        let Ok(_lock) = sys::Lock::acquire(&self.keys, Duration::ZERO) else {
            return self.warn("it cannot be locked");
        };
        let path = path(&self.keys);
        // other servers may use the same keys
        let mut times: BTreeMap<String, Timestamp> = read(&path).into_iter().collect();
        times.retain(|id, _| set.has(id));
        for (id, second) in set.last_uses() {
            if let Ok(time) = Timestamp::from_second(second) {
                let last = times.entry(id.to_owned()).or_insert(time);
                *last = time.max(*last);
            }
        }
        let times: BTreeMap<String, String> =
            times.into_iter().map(|(id, time)| (id, time.to_string())).collect();
        let text = serde_json::to_vec_pretty(&times).unwrap_or_default();
        match sys::replace(&path, &text, None, Lasting::No) {
            Ok(()) => self.latest = latest,
            Err(error) => self.warn(&error.to_string()),
        }
    }

    /// Once: a read-only folder stays one.
    fn warn(&mut self, reason: &str) {
        if !std::mem::replace(&mut self.warned, true) {
            let path = path(&self.keys);
            tracing::warn!(target: "mcp_rbac", path = %path.display(), "when keys are used is not written down: {reason}");
        }
    }
}
