//! Counts the instructions of one request under callgrind.

use std::{env, path::Path, process::Command};

/// The instructions of one request.
pub struct Cost {
    pub all: u64,
    /// Those of the functions whose name contains what was asked for.
    pub part: u64,
}

/// The difference between a run of 1,100 requests and one of 100 of this program, by `what`.
pub fn per_request(what: &str, part: &str) -> Cost {
    let (long, short) = (count(what, 1_100, part), count(what, 100, part));
    Cost {
        all: long.all.saturating_sub(short.all) / 1_000,
        part: long.part.saturating_sub(short.part) / 1_000,
    }
}

fn count(what: &str, requests: usize, part: &str) -> Cost {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("profile");
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--compress-strings=no"]);
    valgrind.arg(format!("--callgrind-out-file={}", profile.display()));
    valgrind.arg(env::current_exe().unwrap()).args([what, &requests.to_string()]);
    let ran = valgrind.output().expect("valgrind is needed");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    read(&profile, part)
}

/// Reads the profile (valgrind manual, "Callgrind Format Specification"): `fn=` says whose lines follow, a line that begins
/// with a number or a sign is a cost of its own, and the one after `calls=` the cost of what was called.
fn read(profile: &Path, part: &str) -> Cost {
    let text = std::fs::read_to_string(profile).unwrap();
    let mut cost = Cost { all: 0, part: 0 };
    let (mut is_part, mut of_callee) = (false, false);
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("fn=") {
            is_part = name.contains(part);
        } else if line.starts_with("calls=") {
            of_callee = true;
        } else if line.starts_with(|first: char| first.is_ascii_digit() || "+-*".contains(first)) {
            let own: u64 = line.rsplit(' ').next().unwrap().parse().unwrap();
            if !std::mem::take(&mut of_callee) {
                cost.all += own;
                cost.part += if is_part { own } else { 0 };
            }
        }
    }
    cost
}
