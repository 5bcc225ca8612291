//! Whether the time of an answer tells anything about a key.
//!
//! Three kinds of wrong keys are presented in random order, 100,000 times each: one whose id does not exist, one with an
//! id that exists and another secret, and one with the right secret but for its last letter. Each presentation is timed.
//!
//! Two distributions are compared by the chance that a presentation of one kind takes longer than one of the other
//! (Mann-Whitney's U, divided by the number of pairs): 0.5 where they do not differ. It uses ranks alone, so that the
//! few very slow presentations, where something else used the processor, do not hide what is in the rest. Beside it
//! stands Welch's t of the times below the 90th percentile, as dudect computes it (Reparaz, Balasch, Verbauwhede: "Dude,
//! is my code constant time?", 2017), which calls a difference proven from 4.5 on (some say 5, or 10).
//!
//! The requests are made anew a hundred times, so that where one happens to lie in memory does not count.
//!
//! The last line compares a kind with itself, two wrong secrets of each key: it says what the method finds where there is
//! nothing to be found.
//!
//! `cargo bench -p mcp-rbac-tests --bench auth_timing`

#[path = "../keys/forge.rs"]
mod forge;
#[path = "../keys/policy.rs"]
mod policy;
mod timing;

use std::{hint::black_box, time::Instant};

use futures::FutureExt;
use http::request::Parts;
use policy::rbac;
use rbac_runtime::{
    ApiKeys, Authenticate, Authentication,
    api_key::{KeyFile, KeyRequest},
};
use timing::{mann_whitney, random, shuffle};

/// How often the requests are made anew, and how many of each kind are presented then.
const ROUNDS: usize = 100;
const PER_ROUND: usize = 1_000;
/// Keys in the file, and different requests per kind.
const KEYS: usize = 256;
const KINDS: [&str; 4] = ["unknown id", "wrong secret", "almost right secret", "another wrong secret"];

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.toml");
    let known = issue(&KeyFile::new(&path, &rbac::POLICY));
    let keys = ApiKeys::file(path);
    keys.start(&rbac::POLICY).unwrap();
    assert!(matches!(authenticate(&keys, &request(&known[0])), Authentication::Principal(_)));

    let mut times: [Vec<u32>; 4] = std::array::from_fn(|_| Vec::with_capacity(ROUNDS * PER_ROUND));
    // the first round is for the caches and the clock of the processor
    for round in 0..=ROUNDS {
        let requests: Vec<[Parts; 4]> = known.iter().map(|key| wrong_keys(key)).collect();
        let mut order: Vec<usize> = (0..PER_ROUND * KINDS.len()).map(|number| number % KINDS.len()).collect();
        shuffle(&mut order);
        for kind in order {
            let presented = &requests[random(KEYS)][kind];
            let begun = Instant::now();
            let answer = black_box(authenticate(&keys, black_box(presented)));
            let passed = begun.elapsed();
            assert!(matches!(answer, Authentication::Rejected(_)));
            if round > 0 {
                times[kind].push(u32::try_from(passed.as_nanos()).unwrap_or(u32::MAX));
            }
        }
    }
    times.iter_mut().for_each(|times| times.sort_unstable());
    println!("{:<22} {:>8} {:>8} {:>8} {:>8}", "nanoseconds", "median", "25 %", "75 %", "99 %");
    for (name, times) in KINDS.iter().zip(&times) {
        let at = |part: usize| times[times.len() * part / 100];
        println!("{name:<22} {:>8} {:>8} {:>8} {:>8}", at(50), at(25), at(75), at(99));
    }
    println!("\n{:<46} {:>8} {:>8} {:>8}", "", "P(a > b)", "z", "Welch t");
    for (a, b) in [(0, 1), (0, 2), (1, 2), (1, 3)] {
        let (chance, z) = mann_whitney(&times[a], &times[b]);
        let t = welch(&times[a], &times[b]);
        println!("{:<46} {chance:>8.4} {z:>8.2} {t:>8.2}", format!("{} / {}", KINDS[a], KINDS[b]));
    }
}

fn issue(file: &KeyFile) -> Vec<String> {
    let request = KeyRequest::new("alice").role(rbac::Role::Analyst);
    (0..KEYS).map(|_| file.issue(&request).unwrap().expose().to_owned()).collect()
}

/// One of each kind, made from a key that is right.
fn wrong_keys(key: &str) -> [Parts; 4] {
    let letters = |count: usize| -> String { (0..count).map(|_| forge::letter(random(62))).collect() };
    let last = if key.as_bytes()[62] == b'0' { '1' } else { '0' };
    [
        forge::with_secret(&format!("mcprbac_{}", letters(12)), &letters(43)),
        forge::with_secret(key, &letters(43)),
        forge::with_secret(key, &format!("{}{last}", &key[20..62])),
        forge::with_secret(key, &letters(43)),
    ]
    .map(|key| request(&key))
}

fn request(key: &str) -> Parts {
    let request = http::Request::builder().header("authorization", format!("Bearer {key}"));
    request.body(()).unwrap().into_parts().0
}

fn authenticate(keys: &ApiKeys, request: &Parts) -> Authentication {
    keys.authenticate(request, &rbac::POLICY).now_or_never().unwrap()
}

/// Of the times below the 90th percentile of both. Both are sorted.
fn welch(a: &[u32], b: &[u32]) -> f64 {
    let limit = a[a.len() * 9 / 10].max(b[b.len() * 9 / 10]);
    let moments = |times: &[u32]| {
        let times: Vec<f64> =
            times.iter().filter(|time| **time < limit).map(|time| f64::from(*time)).collect();
        let count = times.len() as f64;
        let mean = times.iter().sum::<f64>() / count;
        (mean, times.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (count - 1.0) / count)
    };
    let ((a, a_error), (b, b_error)) = (moments(a), moments(b));
    (a - b) / (a_error + b_error).sqrt()
}
