//! An audit trail as a tool writes it by hand: the same two lines for each call.

use std::{
    fs::File,
    io::Write,
    path::Path,
    sync::Mutex,
    time::{Duration, Instant},
};

use serde::Serialize;
use sha2::{Digest, Sha256};

/// One line, with the members that those of the framework have.
#[derive(Serialize)]
struct Line<'l, A> {
    seq: u64,
    prev: String,
    time: String,
    mono_us: u128,
    record: &'l str,
    principal: Principal<'l>,
    method: &'l str,
    name: &'l str,
    request: u64,
    transport: &'l str,
    protocol: &'l str,
    server: &'l str,
    policy: &'l str,
    kind: &'l str,
    decision: &'l str,
    #[serde(skip_serializing_if = "Option::is_none")]
    arguments: Option<&'l A>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_us: Option<u128>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<Answer>,
}

#[derive(Serialize)]
struct Principal<'l> {
    subject: &'l str,
    authenticated_by: &'l str,
    client: &'l str,
    roles: &'l [&'l str],
}

#[derive(Serialize)]
struct Answer {
    bytes: usize,
}

/// A file, and the lines that go into it.
pub struct Trail {
    file: File,
    /// Lines that were made before, where they are not made anew for each call.
    made: Option<[Vec<u8>; 2]>,
    seq: u64,
    prev: [u8; 32],
    began: Instant,
}

static TRAIL: Mutex<Option<Trail>> = Mutex::new(None);

impl Trail {
    /// From now on calls are written into a file at this place.
    pub fn begin(path: &Path, made: Option<[Vec<u8>; 2]>) {
        let file = File::options().create(true).append(true).open(path).unwrap();
        let trail = Self { file, made, seq: 0, prev: [0; 32], began: Instant::now() };
        *TRAIL.lock().unwrap() = Some(trail);
    }

    fn write(&mut self, arguments: Option<&impl Serialize>, ended: Option<(Duration, usize)>) {
        let line = Line {
            seq: self.seq,
            prev: hex::encode(self.prev),
            time: format!("{:.6}", jiff::Timestamp::now()),
            mono_us: self.began.elapsed().as_micros(),
            record: "019ac0de-0000-7000-8000-000000000000",
            principal: Principal {
                subject: "ada",
                authenticated_by: "api_key",
                client: "k3JxYcPqRsTu",
                roles: &["reader"],
            },
            method: "tools/call",
            name: "greet",
            request: 1,
            transport: "http",
            protocol: "2025-11-25",
            server: "mcp-rbac-tests/0.1.0",
            policy: "0f41c6c0a9a1d3b7",
            kind: if ended.is_none() { "started" } else { "finished" },
            decision: "allow",
            arguments,
            outcome: ended.map(|_| "completed"),
            duration_us: ended.map(|(time, _)| time.as_micros()),
            result: ended.map(|(_, bytes)| Answer { bytes }),
        };
        let mut text = serde_json::to_vec(&line).unwrap();
        self.prev = Sha256::digest(&text).into();
        self.seq += 1;
        text.push(b'\n');
        self.file.write_all(&text).unwrap();
    }
}

/// What a call of a tool leaves around its body.
pub fn recorded<A: Serialize>(arguments: &A, body: impl FnOnce() -> String) -> String {
    let began = Instant::now();
    let mut trail = TRAIL.lock().unwrap();
    let trail = trail.as_mut().unwrap();
    if let Some([first, second]) = &trail.made {
        trail.file.write_all(first).unwrap();
        let answer = body();
        trail.file.write_all(second).unwrap();
        return answer;
    }
    trail.write(Some(arguments), None);
    let answer = body();
    let bytes = serde_json::to_vec(&answer).unwrap().len();
    trail.write(None::<&A>, Some((began.elapsed(), bytes)));
    answer
}
