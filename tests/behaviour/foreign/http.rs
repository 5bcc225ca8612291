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
    let (head, message) = ask_as(rbac::Role::Reader, server, method, params).await;
    (head.split(' ').nth(1).unwrap().parse().unwrap(), message)
}

/// The head and the message of one request to a server that takes everybody for this.
async fn ask_as(role: rbac::Role, server: ServerBuilder, method: &str, params: Value) -> (String, Value) {
    let server = server.state(Shelf("note")).anonymous_as(role);
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
    let from = answer.find("{\"jsonrpc\"").unwrap_or_else(|| panic!("{answer}"));
    let message = serde_json::Deserializer::from_str(&answer[from..]).into_iter().next().unwrap().unwrap();
    (answer[..from].to_lowercase(), message)
}

/// Who is nobody owns nothing, and is told who could.
#[tokio::test]
async fn a_task_for_nobody_is_a_question_who_is_calling() {
    let call = json!({ "name": "copy_all", "arguments": { "id": 1 } });
    let server = guard(&Reached::default()).into_server();
    let (head, message) = ask_as(rbac::Role::Writer, server, "tools/call", call).await;
    assert!(head.starts_with("http/1.1 401 ") && head.contains("\nwww-authenticate: bearer"), "{head}");
    assert_eq!(message["error"]["code"], 401, "{message}");
}

/// What went wrong is in the log; the answer says under which record, in its body and its head.
#[tokio::test]
async fn a_panic_names_its_record_in_the_head() {
    let server = guard(&Reached::default()).into_server();
    let (head, message) =
        ask_as(rbac::Role::Reader, server, "tools/call", json!({ "name": "fall_over" })).await;
    let record = message["error"]["data"]["record"].as_str().unwrap();
    assert_eq!(message["error"]["code"], -32603, "{message}");
    assert!(head.starts_with("http/1.1 200 "), "{head}");
    assert!(head.contains(&format!("\nmcp-rbac-record: {record}\r\n")), "{head}");
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
