//! What is counted of whom: one window per principal and tool.

use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use hashbrown::HashTable;

use crate::auth::{Method, Principal};

/// How many windows there are at once. There is no place for another one until one of them has been quiet for its while: who
/// is counted is never forgotten for somebody else.
pub(super) const PAIRS: usize = 50_000;
/// How many locks they are spread over.
const SHARDS: usize = 16;
/// How often a full table is searched for what can go.
const SWEEP: Duration = Duration::from_secs(1);

/// A principal and a tool; of all tools together the name is empty.
struct Pair {
    method: Method,
    issuer: Option<Box<str>>,
    subject: Box<str>,
    tool: Box<str>,
}

impl Pair {
    fn new(principal: &Principal, tool: &str) -> Self {
        Self {
            method: principal.method(),
            issuer: principal.issuer().map(Box::from),
            subject: principal.subject().into(),
            tool: tool.into(),
        }
    }

    fn is(&self, principal: &Principal, tool: &str) -> bool {
        self.method == principal.method()
            && self.issuer.as_deref() == principal.issuer()
            && *self.subject == *principal.subject()
            && *self.tool == *tool
    }
}

/// What is kept of one pair.
pub(super) trait Window: Default {
    /// Whether nothing in it counts any more.
    fn is_over(&self, now: Instant) -> bool;
}

pub(super) struct Windows<W> {
    shards: [Mutex<HashTable<(u64, Pair, W)>>; SHARDS],
    hasher: RandomState,
    len: AtomicUsize,
    swept: Mutex<Option<Instant>>,
}

impl<W> Default for Windows<W> {
    fn default() -> Self {
        Self {
            shards: Default::default(),
            hasher: RandomState::new(),
            len: AtomicUsize::new(0),
            swept: Mutex::new(None),
        }
    }
}

impl<W: Window> Windows<W> {
    /// Does something with the window of the pair; `None` where there is no place for it.
    pub(super) fn with<T>(
        &self,
        principal: &Principal,
        tool: &str,
        now: Instant,
        act: impl FnOnce(&mut W) -> T,
    ) -> Option<T> {
        let hash = self.hasher.hash_one((principal.method(), principal.issuer(), principal.subject(), tool));
        let mut shard = self.shard(hash)?;
        if let Some((.., window)) = shard.find_mut(hash, |(_, pair, _)| pair.is(principal, tool)) {
            return Some(act(window));
        }
        if self.len.fetch_add(1, Ordering::Relaxed) >= PAIRS {
            self.len.fetch_sub(1, Ordering::Relaxed);
            drop(shard);
            self.sweep(now);
            shard = self.shard(hash)?;
            if self.len.fetch_add(1, Ordering::Relaxed) >= PAIRS {
                self.len.fetch_sub(1, Ordering::Relaxed);
                return None;
            }
        }
        let mut window = W::default();
        let done = act(&mut window);
        // somebody else can have been here while the table was swept: the first of the two is found from now on
        shard.insert_unique(hash, (hash, Pair::new(principal, tool), window), |(hash, ..)| *hash);
        Some(done)
    }

    fn shard(&self, hash: u64) -> Option<MutexGuard<'_, HashTable<(u64, Pair, W)>>> {
        let at = usize::try_from(hash >> 32).unwrap_or_default() % SHARDS;
        Some(self.shards.get(at)?.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Forgets who has been quiet, once in a while.
    fn sweep(&self, now: Instant) {
        {
            let mut swept = self.swept.lock().unwrap_or_else(PoisonError::into_inner);
            if swept.is_some_and(|swept| now.duration_since(swept) < SWEEP) {
                return;
            }
            *swept = Some(now);
        }
        for shard in &self.shards {
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            let before = shard.len();
            shard.retain(|(.., window)| !window.is_over(now));
            self.len.fetch_sub(before.saturating_sub(shard.len()), Ordering::Relaxed);
        }
    }

    /// How many there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.len.load(Ordering::Relaxed)
    }
}
