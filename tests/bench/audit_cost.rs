//! What the audit trail costs.
//!
//! ```sh
//! cargo bench -p mcp-rbac-tests --bench audit_cost -- --time
//! cargo bench -p mcp-rbac-tests --bench audit_cost -- --rates
//! ```
//!
//! `--time` prints the time on the processor of a guarded `tools/call` without a trail and with one, in process and on one
//! thread, beside that of a tool that hands the same two lines to the operating system by itself, which it has had made
//! before; what is left is what making them costs. The same two writes in a loop of their own are printed as well: they take
//! less, because nothing comes between them. `--rates` prints how many calls a second there are with lines that are handed to the operating system, with
//! lines that many calls wait for together until they are on the disk (`fsync`), and how many lines a second a loop brings
//! to the same disk one by one.

extern crate rbac_runtime as mcp_rbac;

#[path = "support/client.rs"]
mod client;
#[path = "support/time.rs"]
mod time;

use std::{
    env,
    fs::{self, File},
    io::Write,
    path::Path,
    sync::{
        Arc, Mutex,
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

mcp_rbac::roles! {
    permissions { read }
    roles { reader { read } }
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
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

/// Where it appends two lines, and which.
static OWN: Mutex<Option<(File, Vec<Vec<u8>>)>> = Mutex::new(None);

/// Greet somebody, with a line before and a line after it.
#[tool(crate = mcp_rbac, requires = "read")]
async fn greet_and_write(Parameters(Greeting { name, times }): Parameters<Greeting>) -> String {
    let write = |at: usize| {
        if let Some((file, lines)) = &mut *OWN.lock().unwrap() {
            file.write_all(&lines[at]).unwrap();
        }
    };
    write(0);
    let greeting = format!("hello {name} {times}");
    write(1);
    greeting
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

async fn run(what: usize, count: usize, lines: &[Vec<u8>]) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    match what {
        0 => {
            let answer =
                format!(r#"{{"jsonrpc":"2.0","id":1,"result":{{"content":[{{"type":"text","text":{END}"#);
            send_to_nobody(answer, &CALL, "key", count, END).await
        }
        1 => {
            let (service, key) = service(folder.path(), |_| None);
            send(service, &CALL, &key, count, END).await
        }
        2 => {
            let (service, key) = service(folder.path(), Some);
            send(service, &CALL, &key, count, END).await
        }
        3 => {
            let secret = "0123456789abcdef0123456789abcdef".into();
            let (service, key) = service(folder.path(), |audit| audit.secret(&secret).ok());
            send(service, &CALL, &key, count, END).await
        }
        4 => {
            let file = File::options().create(true).append(true).open(folder.path().join("lines")).unwrap();
            *OWN.lock().unwrap() = Some((file, lines.to_vec()));
            let (service, key) = service(folder.path(), |_| None);
            send(service, &WRITES, &key, count, END).await
        }
        _ => {
            let mut file =
                fs::OpenOptions::new().create(true).append(true).open(folder.path().join("lines")).unwrap();
            let begun = time::of_this_thread();
            for _ in 0..count {
                lines.iter().for_each(|line| file.write_all(line).unwrap());
            }
            time::of_this_thread() - begun
        }
    }
}

/// The two lines of one call.
async fn lines() -> Vec<Vec<u8>> {
    assert_eq!(CALL.version, "2025-11-25");
    let folder = tempfile::tempdir().unwrap();
    let (service, key) = service(folder.path(), Some);
    send(service, &CALL, &key, 1, END).await;
    let text = fs::read_to_string(folder.path().join("audit.jsonl")).unwrap();
    let lines: Vec<Vec<u8>> = text.lines().skip(1).map(|line| format!("{line}\n").into_bytes()).collect();
    assert_eq!(lines.len(), 2, "{text}");
    lines
}

fn times() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let lines = runtime.block_on(lines());
    let [client, bare, audited, keyed, writes, written] =
        time::medians(21, 4_000, |what, count| runtime.block_on(run(what, count, &lines)));
    println!("CPU time per tools/call, µs (medians of 21 rounds of 4,000 calls, taking turns)");
    println!("without a trail                            {:>7.2}", bare - client);
    println!("with one                                   {:>7.2}", audited - client);
    println!("with one that makes digests of results     {:>7.2}", keyed - client);
    let bytes: usize = lines.iter().map(Vec::len).sum();
    println!("without one, of a tool that writes {bytes} B   {:>7.2}", writes - client);
    println!("the same two writes in a loop of their own {written:>7.2}");
    println!("what is left, for each of the two lines    {:>7.2}", (audited - writes) / 2.0);
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
        [rates] if rates == "--rates" => self::rates(),
        [what, count] => {
            let what = ["client", "without", "with", "keyed"].iter().position(|name| name == what).unwrap();
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            println!("{} ns", runtime.block_on(run(what, count.parse().unwrap(), &[])));
        }
        _ => println!("say `--time`, `--rates`, or `without`, `with` or `keyed` and a COUNT"),
    }
}
