use std::{
    collections::HashSet,
    mem,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use sha2::{Digest, Sha256};

/// How many proofs are remembered of one period. A proof that comes when there are more is not taken: to forget one would
/// let it be used twice.
const MAX_SEEN: usize = 200_000;

/// The proofs that have been used, for as long as they could be used again.
pub(super) struct Seen {
    period: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// When `current` began, by the clock of the process.
    began: Duration,
    current: HashSet<[u8; 32]>,
    /// Those of the period before.
    before: HashSet<[u8; 32]>,
}

/// Why a proof is not taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Replayed {
    /// It has been used.
    Before,
    /// It cannot be known whether it will be used again.
    Unknown,
}

impl Seen {
    /// Of proofs that could be used again for `period` after they were first used.
    pub(super) fn new(period: Duration) -> Self {
        Self { period, state: Mutex::default() }
    }

    /// Takes a proof, once.
    pub(super) fn remember(&self, key: &str, id: &str, now: Duration) -> Result<(), Replayed> {
        let mut digest = Sha256::new();
        // the thumbprint has one length, so that the two cannot be mistaken for two others
        digest.update(key);
        digest.update(id);
        let proof: [u8; 32] = digest.finalize().into();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let age = now.saturating_sub(state.began);
        if age >= self.period {
            let current = mem::take(&mut state.current);
            // after two periods those are over as well
            state.before = if age < self.period * 2 { current } else { HashSet::new() };
            state.began = now;
        }
        if state.before.contains(&proof) || state.current.contains(&proof) {
            return Err(Replayed::Before);
        }
        if state.current.len() >= MAX_SEEN {
            return Err(Replayed::Unknown);
        }
        state.current.insert(proof);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_proof_is_taken_once_for_as_long_as_it_could_be_used() {
        for first in 0..25 {
            for later in 0..10 {
                let seen = Seen::new(10 * SECOND);
                assert_eq!(seen.remember("key", "id", first * SECOND), Ok(()));
                // others come in between
                for other in 0..later {
                    assert_eq!(seen.remember("key", &format!("{other}"), (first + other) * SECOND), Ok(()));
                }
                assert_eq!(seen.remember("key", "id", (first + later) * SECOND), Err(Replayed::Before));
                assert_eq!(seen.remember("yek", "id", (first + later) * SECOND), Ok(()));
            }
        }
    }

    #[test]
    fn what_cannot_be_remembered_is_not_taken() {
        let seen = Seen::new(10 * SECOND);
        for id in 0..MAX_SEEN {
            assert_eq!(seen.remember("key", &id.to_string(), SECOND), Ok(()));
        }
        assert_eq!(seen.remember("key", "one more", SECOND), Err(Replayed::Unknown));
        assert_eq!(seen.remember("key", "1", SECOND), Err(Replayed::Before));
        // and there is place again
        assert_eq!(seen.remember("key", "one more", 12 * SECOND), Ok(()));
    }
}
