//! What the audit trail costs.
//!
//! ```sh
//! cargo bench -p mcp-rbac-tests --bench audit_cost -- --time
//! cargo bench -p mcp-rbac-tests --bench audit_cost -- --table
//! cargo bench -p mcp-rbac-tests --bench audit_cost -- --rates
//! ```
//!
//! `--time` prints the time on the processor of a guarded `tools/call` without a trail and with one, in process and on one
//! thread, beside that of two tools that have none and write the same two lines by themselves: one hands lines to the
//! operating system that were made before, the other one makes them of a `struct`, with their SHA-256. They take turns every
//! few milliseconds, and what is compared are turns that follow each other: what else the machine does meets all of them.
//! `--table` prints the instructions of the same calls, without those of SHA-256, which valgrind computes in software; it
//! needs valgrind. `--rates` prints how many calls a second there are with lines that are handed to the operating system, with lines that
//! many calls wait for together until they are on the disk (`fsync`), and how many lines a second a loop brings to the same
//! disk one by one.

extern crate rbac_runtime as mcp_rbac;

#[path = "support/by_hand.rs"]
mod by_hand;
#[path = "support/callgrind.rs"]
mod callgrind;
#[path = "support/client.rs"]
mod client;
#[path = "support/time.rs"]
mod time;

use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use client::{Message, send, send_to_nobody};
use mcp_rbac::{
    ApiKeys, Audit, Limit, McpService, Server,
    api_key::{KeyFile, KeyRequest},
    prelude::*,
};
use tempfile::TempDir;

mcp_rbac::roles! {
    permissions { read }
    roles { reader { read } }
}

#[derive(serde::Deserialize, serde::Serialize, schemars::JsonSchema)]
struct Greeting {
    /// Whom to greet.
    name: String,
    /// How often.
    times: u32,
}

/// Greet somebody.
#[tool(crate = mcp_rbac, requires = "read")]
async fn greet(Parameters(Greeting { name, times }): Parameters<Greeting>) -> String {
    format!("hello {name} {times}")
}

/// Greet somebody, with a line before and a line after it.
#[tool(crate = mcp_rbac, requires = "read")]
async fn greet_and_write(Parameters(greeting): Parameters<Greeting>) -> String {
    by_hand::recorded(&greeting, || format!("hello {} {}", greeting.name, greeting.times))
}

const WRITES: Message = Message {
    body: r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"greet_and_write","arguments":{"name":"Ada","times":3}}}"#,
    ..CALL
};

const CALL: Message = Message {
    version: "2025-11-25",
    headers: &[("mcp-protocol-version", "2025-11-25")],
    body: r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"greet","arguments":{"name":"Ada","times":3}}}"#,
};

const END: &str = r#""hello Ada 3"}],"isError":false}}"#;

/// A server with a key of its own, and a trail or none.
fn service(folder: &Path, audit: impl FnOnce(Audit) -> Option<Audit>) -> (McpService, String) {
    let path = folder.join("keys.toml");
    let issued =
        KeyFile::new(&path, &rbac::POLICY).issue(&KeyRequest::new("ada").role(rbac::Role::Reader)).unwrap();
    let app = Server::new(&rbac::POLICY).limit(Limit::at_most(10_000_000, Duration::from_secs(1)));
    let app = match audit(Audit::file(folder.join("audit.jsonl")).unwrap()) {
        Some(audit) => app.audit(audit),
        None => app,
    };
    let service = app.authenticate(ApiKeys::file(path)).http("127.0.0.1:0").into_service().unwrap();
    (service, issued.expose().to_owned())
}

/// Those that take turns.
const CONTENDERS: [&str; 6] = ["client", "without", "with", "keyed", "writes", "by-hand"];

struct Contenders {
    /// Where their trails are.
    folders: Vec<TempDir>,
    services: Vec<(McpService, String)>,
    lines: [Vec<u8>; 2],
    answer: String,
}

impl Contenders {
    fn new(lines: [Vec<u8>; 2]) -> Self {
        let folders: Vec<TempDir> = (0..3).map(|_| tempfile::tempdir().unwrap()).collect();
        let secret = "0123456789abcdef0123456789abcdef".into();
        let services = vec![
            service(folders[0].path(), |_| None),
            service(folders[1].path(), Some),
            service(folders[2].path(), |audit| audit.secret(&secret).ok()),
        ];
        let answer =
            format!(r#"{{"jsonrpc":"2.0","id":1,"result":{{"content":[{{"type":"text","text":{END}"#);
        Self { folders, services, lines, answer }
    }

    fn by_hand(&self, name: &str) -> PathBuf {
        self.folders[0].path().join(name)
    }

    async fn run(&self, what: usize, count: usize) -> u64 {
        let Some(at) = what.checked_sub(1) else {
            return send_to_nobody(self.answer.clone(), &CALL, "key", count, END).await;
        };
        let (service, key) = self.services.get(at).unwrap_or(&self.services[0]);
        let message = if at < self.services.len() { &CALL } else { &WRITES };
        match CONTENDERS[what] {
            "writes" => by_hand::Trail::begin(&self.by_hand("made"), Some(self.lines.clone())),
            "by-hand" => by_hand::Trail::begin(&self.by_hand("lines"), None),
            _ => {}
        }
        send(service.clone(), message, key, count, END).await
    }
}

/// The two lines of one call.
async fn lines() -> [Vec<u8>; 2] {
    assert_eq!(CALL.version, "2025-11-25");
    let folder = tempfile::tempdir().unwrap();
    let (service, key) = service(folder.path(), Some);
    send(service, &CALL, &key, 1, END).await;
    let text = fs::read_to_string(folder.path().join("audit.jsonl")).unwrap();
    let lines: Vec<Vec<u8>> = text.lines().skip(1).map(|line| format!("{line}\n").into_bytes()).collect();
    lines.try_into().unwrap()
}

/// The median of what a turn took, and the middle half of all of them.
fn print(what: &str, turns: Vec<f64>) {
    let [low, median, high] = time::quartiles(turns);
    println!("{what:<50} {median:>7.2}   {low:>7.2} to {high:.2}");
}

fn times() {
    const TURNS: usize = 401;
    const CALLS: usize = 200;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let lines = runtime.block_on(lines());
    let contenders = Contenders::new(lines.clone());
    let [client, bare, audited, keyed, writes, by_hand] =
        time::turns(TURNS, CALLS, |what, count| runtime.block_on(contenders.run(what, count)));
    let minus = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<f64>>();
    let bytes: usize = lines.iter().map(Vec::len).sum();
    println!(
        "CPU time per tools/call, µs: the median of {TURNS} turns of {CALLS} calls, and their middle half"
    );
    print("without a trail", minus(&bare, &client));
    print("with one", minus(&audited, &client));
    print("with one that makes digests of results", minus(&keyed, &client));
    print(&format!("without one, of a tool that writes {bytes} B"), minus(&writes, &client));
    print("without one, of a tool that makes them as well", minus(&by_hand, &client));
    for (than, peer) in [("only writes them", &writes), ("makes them by hand", &by_hand)] {
        let more = minus(&audited, peer).into_iter().map(|two| two / 2.0).collect();
        print(&format!("more per line than what {than}"), more);
    }
}

fn table() {
    println!("instructions per tools/call, without those of SHA-256");
    for what in CONTENDERS {
        let cost = callgrind::per_request(what, "sha2");
        println!("{what:<10} {:>9}", cost.all - cost.part);
    }
}

/// How many calls a second there are, of so many at once.
fn rate(at_once: usize, audit: impl Fn(Audit) -> Audit) -> f64 {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder =
        tempfile::tempdir_in(env::var_os("BENCH_DISK").unwrap_or_else(|| env::temp_dir().into())).unwrap();
    let (service, key) = service(folder.path(), |own| Some(audit(own)));
    let (done, key) = (Arc::new(AtomicUsize::new(0)), Arc::new(key));
    let begun = Instant::now();
    let time = Duration::from_secs(3);
    runtime.block_on(async {
        let callers: Vec<_> = (0..at_once)
            .map(|_| {
                let (service, key, done) = (service.clone(), Arc::clone(&key), Arc::clone(&done));
                tokio::spawn(async move {
                    while begun.elapsed() < time {
                        send(service.clone(), &CALL, &key, 10, END).await;
                        done.fetch_add(10, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        for caller in callers {
            caller.await.unwrap();
        }
    });
    done.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64()
}

fn rates() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let lines = runtime.block_on(lines());
    let folder =
        tempfile::tempdir_in(env::var_os("BENCH_DISK").unwrap_or_else(|| env::temp_dir().into())).unwrap();
    let mut file =
        fs::OpenOptions::new().create(true).append(true).open(folder.path().join("lines")).unwrap();
    let (begun, mut count) = (Instant::now(), 0_u32);
    while begun.elapsed() < Duration::from_secs(3) {
        file.write_all(&lines[0]).unwrap();
        file.sync_data().unwrap();
        count += 1;
    }
    let one_by_one = f64::from(count) / begun.elapsed().as_secs_f64();
    println!("{:<52} {:>9} {:>9}", "", "calls/s", "lines/s");
    println!("{:<52} {:>9} {one_by_one:>9.0}", "a loop, one fsync for each line", "");
    for at_once in [1, 64, 512] {
        let flushed = rate(at_once, |audit| audit);
        let synced = rate(at_once, Audit::fsync);
        println!("{:<52} {flushed:>9.0} {:>9.0}", format!("flush, {at_once} calls at once"), 2.0 * flushed);
        println!("{:<52} {synced:>9.0} {:>9.0}", format!("fsync, {at_once} calls at once"), 2.0 * synced);
    }
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.as_slice() {
        [time] if time == "--time" => times(),
        [table] if table == "--table" => self::table(),
        [rates] if rates == "--rates" => self::rates(),
        [what, count] => {
            let what = CONTENDERS.iter().position(|name| name == what).unwrap();
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let contenders = Contenders::new(runtime.block_on(lines()));
            println!("{} ns", runtime.block_on(contenders.run(what, count.parse().unwrap())));
        }
        _ => println!("say `--time`, `--table`, `--rates`, or one of {CONTENDERS:?} and a COUNT"),
    }
}
