//! The time of one thread on the processor, whatever else the machine does.

use nix::time::{ClockId, clock_gettime};

/// Nanoseconds so far (`CLOCK_THREAD_CPUTIME_ID` of POSIX).
pub fn of_this_thread() -> u64 {
    let time = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).unwrap();
    u64::try_from(time.tv_sec()).unwrap() * 1_000_000_000 + u64::try_from(time.tv_nsec()).unwrap()
}

/// Microseconds per request that each contender took in each turn. They take turns, so that what else the machine does meets
/// them alike.
pub fn turns<const N: usize>(
    turns: usize,
    requests: usize,
    mut run: impl FnMut(usize, usize) -> u64,
) -> [Vec<f64>; N] {
    let mut times = [const { Vec::new() }; N];
    for _ in 0..turns {
        for (contender, times) in times.iter_mut().enumerate() {
            times.push(run(contender, requests) as f64 / requests as f64 / 1_000.0);
        }
    }
    times
}

/// What a quarter, half and three quarters of them are below.
pub fn quartiles(mut times: Vec<f64>) -> [f64; 3] {
    times.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| times[times.len() * quarter / 4])
}
