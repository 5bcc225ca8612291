//! Comparing times of answers, and the order in which they are asked for.

use std::hash::{BuildHasher, Hasher, RandomState};

/// The chance that one of `a` is above one of `b`, and by how many standard deviations of chance it is off one half.
/// Both are sorted.
pub fn mann_whitney(a: &[u32], b: &[u32]) -> (f64, f64) {
    let (mut below, mut same, mut pairs) = (0, 0, 0.0);
    for value in a {
        while below < b.len() && b[below] < *value {
            below += 1;
        }
        same = same.max(below);
        while same < b.len() && b[same] == *value {
            same += 1;
        }
        pairs += below as f64 + (same - below) as f64 / 2.0;
    }
    let (n, m) = (a.len() as f64, b.len() as f64);
    // ties: clocks tick, and many times are equal
    let mut all: Vec<u32> = a.iter().chain(b).copied().collect();
    all.sort_unstable();
    let ties: f64 = all
        .chunk_by(|one, other| one == other)
        .map(|tie| (tie.len() as f64).powi(3) - tie.len() as f64)
        .sum();
    let total = n + m;
    let deviation = (n * m / 12.0 * (total + 1.0 - ties / (total * (total - 1.0)))).sqrt();
    (pairs / (n * m), (pairs - n * m / 2.0) / deviation)
}

pub fn shuffle(order: &mut [usize]) {
    for place in (1..order.len()).rev() {
        order.swap(place, random(place + 1));
    }
}

/// Good enough for an order.
pub fn random(below: usize) -> usize {
    use std::cell::Cell;
    thread_local! { static STATE: Cell<u64> = Cell::new(RandomState::new().build_hasher().finish() | 1); }
    STATE.with(|state| {
        let mut next = state.get();
        next ^= next << 13;
        next ^= next >> 7;
        next ^= next << 17;
        state.set(next);
        (next >> 16) as usize % below
    })
}
