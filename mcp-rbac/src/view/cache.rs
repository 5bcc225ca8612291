use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// How long what was asked for again is safe.
const SAFE: Duration = Duration::from_secs(60);

/// How many are looked at, at the most, to make room for one: what cannot be kept is made anew each time, and that must
/// not cost more than it does without a cache.
const LOOKS: usize = 16;

/// Never asked for since it was put in.
const NEVER: u64 = u64::MAX;

/// What a cache may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) weight: usize,
    pub(super) count: usize,
}

/// Values that can be made anew. Callers can bring any number of keys, so it is bounded, and nobody's keys put out what
/// others use: what was asked for again within the last minute stays, and where there is no room beside it, nothing is
/// put in.
pub(super) struct Cache<K, V> {
    limits: Limits,
    epoch: Instant,
    state: RwLock<State<K, V>>,
}

struct State<K, V> {
    slots: HashMap<Arc<K>, Slot<V>>,
    /// In the order in which they are looked at to make room.
    queue: VecDeque<Arc<K>>,
    weight: usize,
}

struct Slot<V> {
    value: Arc<V>,
    weight: usize,
    /// When it was last asked for, in milliseconds.
    asked: AtomicU64,
}

impl<K: Hash + Eq, V> Cache<K, V> {
    pub(super) fn new(limits: Limits) -> Self {
        let state = State { slots: HashMap::new(), queue: VecDeque::new(), weight: 0 };
        Self { limits, epoch: Instant::now(), state: RwLock::new(state) }
    }

    pub(super) fn get(&self, key: &K) -> Option<Arc<V>> {
        self.get_at(key, self.epoch.elapsed())
    }

    pub(super) fn put(&self, key: K, value: Arc<V>, weight: usize) {
        self.put_at(key, value, weight, self.epoch.elapsed());
    }

    pub(super) fn get_at(&self, key: &K, now: Duration) -> Option<Arc<V>> {
        // what is under the lock is whole at every moment
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let slot = state.slots.get(key)?;
        let now = millis(now);
        // most find it said already, and do not fight for the cache line
        if slot.asked.load(Ordering::Relaxed) != now {
            slot.asked.store(now, Ordering::Relaxed);
        }
        Some(Arc::clone(&slot.value))
    }

    pub(super) fn put_at(&self, key: K, value: Arc<V>, weight: usize, now: Duration) {
        if weight > self.limits.weight {
            return;
        }
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        // somebody else was faster
        if state.slots.contains_key(&key) || !state.make_room(weight, self.limits, millis(now)) {
            return;
        }
        let key = Arc::new(key);
        state.weight += weight;
        state.queue.push_back(Arc::clone(&key));
        state.slots.insert(key, Slot { value, weight, asked: AtomicU64::new(NEVER) });
    }

    #[cfg(test)]
    pub(super) fn held(&self) -> (usize, usize) {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(state.queue.len(), state.slots.len());
        assert_eq!(state.weight, state.slots.values().map(|slot| slot.weight).sum::<usize>());
        (state.slots.len(), state.weight)
    }
}

impl<K: Hash + Eq, V> State<K, V> {
    /// Whether there is room now.
    fn make_room(&mut self, weight: usize, limits: Limits, now: u64) -> bool {
        let is_full = |state: &Self| {
            state.slots.len() >= limits.count || state.weight.saturating_add(weight) > limits.weight
        };
        for _ in 0..LOOKS {
            if !is_full(self) {
                break;
            }
            let Some(key) = self.queue.pop_front() else { break };
            if self.slots.get(&key).is_some_and(|slot| slot.is_safe(now)) {
                self.queue.push_back(key);
            } else if let Some(slot) = self.slots.remove(&key) {
                self.weight = self.weight.saturating_sub(slot.weight);
            }
        }
        !is_full(self)
    }
}

impl<V> Slot<V> {
    fn is_safe(&self, now: u64) -> bool {
        match self.asked.load(Ordering::Relaxed) {
            NEVER => false,
            asked => now.saturating_sub(asked) < millis(SAFE),
        }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(NEVER - 1)
}
