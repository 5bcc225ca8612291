//! The same over HTTP: the status of a denial, and that what is only reported has none.

use std::time::{Duration, SystemTime};

use mcp_rbac::ServerBuilder;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    desk::{Reached, Shelf, guard, rbac},
    support::soon,
};

/// The status and the message of one request to a server that takes everybody for a reader.
async fn ask(server: ServerBuilder, method: &str, params: Value) -> (u16, Value) {
    let server = server.state(Shelf("note")).anonymous_as(rbac::Role::Reader);
    let listening = server.http("127.0.0.1:0").listen().await.unwrap();
    let address = listening.address();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(listening.run(async {
        let _stopped = stopped.await;
    }));
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
    let request = format!(
        "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
         Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2025-06-18\r\n\
         Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    soon(socket.read_to_string(&mut answer)).await.unwrap();
    drop(stop);
    soon(running).await.unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let from = answer.find("{\"jsonrpc\"").unwrap_or_else(|| panic!("{answer}"));
    let message = serde_json::Deserializer::from_str(&answer[from..]).into_iter().next().unwrap().unwrap();
    (status, message)
}

#[tokio::test]
async fn a_denial_has_its_status() {
    let reached = Reached::default();
    for name in ["notes.write", "forgotten"] {
        let (status, message) =
            ask(guard(&reached).into_server(), "tools/call", json!({ "name": name })).await;
        // who is anonymous may log in
        assert_eq!(status, 401, "{message}");
    }
    assert_eq!(reached.all(), [""; 0]);
    let call = json!({ "name": "read_note", "arguments": { "id": 2 } });
    let (status, message) = ask(guard(&reached).into_server(), "tools/call", call).await;
    assert_eq!(status, 200, "{message}");
    assert_eq!(reached.all(), ["read_note"]);
}

#[tokio::test]
async fn what_is_only_reported_passes() {
    let reached = Reached::default();
    let until = SystemTime::now() + Duration::from_secs(3600);
    let server = guard(&reached).danger_report_only(until).into_server();
    let (status, message) = ask(server, "tools/call", json!({ "name": "forgotten" })).await;
    assert_eq!((status, &message["result"]["content"][0]["text"]), (200, &json!("forgotten")), "{message}");
}

#[tokio::test]
async fn what_nobody_declared_is_in_the_report_of_the_start() {
    let server = guard(&Reached::default()).into_server().anonymous_as(rbac::Role::Reader);
    let listening = server.http("127.0.0.1:0").listen().await.unwrap();
    let report = listening.server().report().to_string();
    let note = "note: denied to everybody, since nothing says who may use them: tool `forgotten`, `shred`";
    assert!(report.contains(note), "{report}");
}
