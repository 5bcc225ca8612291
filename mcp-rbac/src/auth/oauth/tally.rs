use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// How often something is said that would otherwise be said with every request.
const PAUSE: Duration = Duration::from_secs(60);

/// Counts what happens often, and says how often from time to time.
#[derive(Default)]
pub(super) struct Tally(Mutex<State>);

#[derive(Default)]
struct State {
    total: u64,
    said: Option<Duration>,
}

impl Tally {
    /// Adds to the count; the total, when it is time to say it.
    pub(super) fn add(&self, more: usize, now: Duration) -> Option<u64> {
        if more == 0 {
            return None;
        }
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.total = state.total.saturating_add(more as u64);
        if state.said.is_some_and(|said| now.saturating_sub(said) < PAUSE) {
            return None;
        }
        state.said = Some(now);
        Some(state.total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_is_said_once_a_minute() {
        let (tally, second) = (Tally::default(), Duration::from_secs(1));
        assert_eq!(tally.add(0, second), None);
        assert_eq!(tally.add(2, second), Some(2));
        assert_eq!(tally.add(3, 60 * second), None);
        assert_eq!(tally.add(1, 61 * second), Some(6));
    }
}
