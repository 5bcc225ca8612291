//! The time of one thread on the processor, whatever else the machine does.

/// Nanoseconds so far (`man 5 proc`, `/proc/pid/schedstat`; Linux).
pub fn of_this_thread() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    text.split(' ').next().unwrap().parse().unwrap()
}

/// Microseconds of each contender per request, the median of all rounds. They take turns, so that what else the machine
/// does meets them alike.
pub fn medians<const N: usize>(
    rounds: usize,
    requests: usize,
    mut run: impl FnMut(usize, usize) -> u64,
) -> [f64; N] {
    let mut times = [const { Vec::new() }; N];
    for _ in 0..rounds {
        for (contender, times) in times.iter_mut().enumerate() {
            times.push(run(contender, requests) as f64 / requests as f64 / 1_000.0);
        }
    }
    times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    })
}
