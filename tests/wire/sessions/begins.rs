//! A session from its beginning to its end.

use std::time::Duration;

use mcp_rbac::ServerBuilder;
use serde_json::json;

use super::{
    app::NOTES,
    desk::{Desk, call, delete, get, hello, initialize, within},
};
use crate::support::{Request, V2026_07_28, audited, message};

const SOON: Duration = Duration::from_secs(5);

#[test]
fn a_session_is_begun_used_and_ended() {
    let desk = Desk::open();
    let alice = &desk.alice;
    let answer = desk.ask(&initialize(alice));
    assert_eq!(answer.said()["result"]["protocolVersion"], "2025-11-25", "{answer:?}");
    let id = desk.begin(alice);
    // 256 bits, and not the same twice
    assert_eq!(id.len(), 43, "{id}");
    assert!(id.bytes().all(|byte| byte.is_ascii_graphic()), "{id}");
    assert_ne!(Some(&*id), answer.head.header("mcp-session-id"));

    let answer = desk.ask(&call(&id, alice, "whose"));
    assert_eq!((answer.head.status, answer.tool_text().as_str()), (200, "alice"), "{answer:?}");
    let tools = desk.ask(&within(&id, alice, &message("tools/list", json!({}))));
    let names: Vec<&str> = tools.said()["result"]["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["name"].as_str().unwrap().to_owned().leak() as &str)
        .collect();
    assert_eq!(names, ["about", "break_down", "count", "open_folders", "think", "whose"]);
    let note = desk.ask(&within(&id, alice, &message("resources/read", json!({ "uri": NOTES }))));
    assert_eq!(note.said()["result"]["contents"][0]["text"], "notes", "{note:?}");

    let mut stream = desk.listen(&id, alice);
    let deleted = desk.ask(&delete(&id, alice));
    assert_eq!((deleted.head.status, deleted.body.as_str()), (202, ""), "{deleted:?}");
    assert!(stream.ends_within(SOON).is_some());
    for request in [call(&id, alice, "whose"), get(&id, alice), delete(&id, alice)] {
        let answer = desk.ask(&request);
        assert_eq!((answer.head.status, &answer.said()["error"]["code"]), (404, &json!(404)), "{answer:?}");
    }
}

#[test]
fn a_tool_asks_its_client_and_nobody_else() {
    let desk = Desk::open();
    let (alice, bob) = (&desk.alice, &desk.bob);
    let id = desk.begin(alice);
    let mut answer = desk.send(&call(&id, alice, "open_folders"));
    assert!(answer.head().is_stream());
    let asked = answer.messages_until(SOON, |message| message["method"] == "roots/list");
    let question = asked.iter().find(|message| message["method"] == "roots/list").unwrap();
    let roots = |uri: &str| json!({ "jsonrpc": "2.0", "id": question["id"], "result": { "roots": [{ "uri": uri, "name": "x" }] } });
    // somebody else who knows the session and the question
    for key in [bob, &desk.alice_too, &desk.root] {
        let forged = desk.ask(&within(&id, key, &roots("file:///forged")));
        assert_eq!(forged.head.status, 404, "{forged:?}");
    }
    let taken = desk.ask(&within(&id, alice, &roots("file:///home")));
    assert_eq!(taken.head.status, 202, "{taken:?}");
    let said = answer.messages_until(SOON, |message| message.get("result").is_some());
    assert_eq!(said.last().unwrap()["result"]["content"][0]["text"], "file:///home", "{said:?}");
}

#[test]
fn the_newest_version_knows_no_sessions() {
    let desk = Desk::open();
    let alice = &desk.alice;
    let id = desk.begin(alice);
    for named in [&*id, "unknown", ""] {
        let request = Request::modern_call("whose").bearer(alice).header("Mcp-Session-Id", named);
        let answer = desk.ask(&request);
        assert_eq!((answer.head.status, answer.tool_text().as_str()), (200, "alice"), "{answer:?}");
        assert_eq!(answer.head.header("mcp-session-id"), None);
        // another caller with the same id is served as themselves
        let answer = desk.ask(&request.with("Authorization", format!("Bearer {}", desk.bob)));
        assert_eq!(answer.tool_text(), "bob", "{answer:?}");
    }
    for method in ["GET", "DELETE"] {
        let request =
            get(&id, alice).line(format!("{method} /mcp HTTP/1.1")).with("MCP-Protocol-Version", V2026_07_28);
        let answer = desk.ask(&request);
        assert_eq!(answer.head.status, 405, "{answer:?}");
    }
    // the session is still there
    assert_eq!(desk.ask(&call(&id, alice, "whose")).tool_text(), "alice");
}

#[test]
fn who_is_anonymous_is_served_without_a_session() {
    let desk = Desk::build(ServerBuilder::allow_anonymous, |server| server.legacy_sessions());
    let id = desk.begin(&desk.alice);
    let nobody = |request: Request| request.without("Authorization");
    let answer = desk.ask(&nobody(initialize("")));
    assert_eq!((answer.head.status, answer.head.header("mcp-session-id")), (200, None), "{answer:?}");
    assert_eq!(answer.said()["result"]["protocolVersion"], "2025-11-25", "{answer:?}");
    // an id is nothing to them, whether there is such a session or not
    for named in [&*id, "unknown"] {
        let answer = desk.ask(&nobody(call(named, "", "about")));
        assert_eq!((answer.head.status, answer.tool_text().as_str()), (200, "about"), "{answer:?}");
        let answer = desk.ask(&nobody(call(named, "", "whose")));
        assert_eq!(answer.head.status, 401, "{answer:?}");
        for request in [get(named, ""), delete(named, "")] {
            let answer = desk.ask(&nobody(request));
            assert_eq!(answer.head.status, 405, "{answer:?}");
        }
    }
    assert_eq!(desk.ask(&call(&id, &desk.alice, "whose")).tool_text(), "alice");
}

#[test]
fn without_sessions_there_are_none() {
    let desk = Desk::build(|app| app, |server| server);
    let answer = desk.ask(&initialize(&desk.alice));
    assert_eq!((answer.head.status, answer.head.header("mcp-session-id")), (200, None), "{answer:?}");
    for request in [get("x", &desk.alice), delete("x", &desk.alice)] {
        let answer = desk.ask(&request);
        assert_eq!((answer.head.status, answer.head.header("allow")), (405, Some("POST")), "{answer:?}");
    }
}

#[test]
fn every_request_in_a_session_shows_who_sends_it() {
    let desk = Desk::open();
    let alice = &desk.alice;
    let id = desk.begin(alice);
    for request in [call(&id, alice, "whose"), get(&id, alice), delete(&id, alice)] {
        let answer = desk.ask(&request.clone().without("Authorization"));
        assert_eq!((answer.head.status, answer.head.header("www-authenticate")), (401, Some("Bearer")));
        let answer = desk.ask(&request.clone().with("Authorization", "Bearer wrong"));
        assert_eq!(answer.head.status, 401, "{answer:?}");
        let answer = desk.ask(&request.clone().header("Authorization", "Bearer wrong"));
        assert_eq!(answer.head.status, 400, "{answer:?}");
        let answer = desk.ask(&request.clone().header("Origin", "https://evil.example"));
        assert_eq!(answer.head.status, 403, "{answer:?}");
        let answer = desk.ask(&request.with("Host", "evil.example"));
        assert_eq!(answer.head.status, 403, "{answer:?}");
    }
    let allow = desk.ask(&get(&id, alice).line("PUT /mcp HTTP/1.1"));
    let allowed = allow.head.header("allow");
    assert_eq!((allow.head.status, allowed), (405, Some("GET, POST, DELETE")), "{allow:?}");
    assert_eq!(desk.ask(&call(&id, alice, "whose")).tool_text(), "alice");
}

#[test]
fn a_request_that_names_two_sessions_is_refused() {
    let desk = Desk::open();
    let alice = &desk.alice;
    let (one, other) = (desk.begin(alice), desk.begin(alice));
    for second in [&one, &other, "unknown", ""] {
        for request in [call(&one, alice, "whose"), get(&one, alice), delete(&one, alice)] {
            let answer = desk.ask(&request.header("Mcp-Session-Id", second.as_bytes()));
            let record = answer.head.header("mcp-rbac-record").unwrap_or_default();
            assert_eq!(answer.head.status, 400, "{answer:?}");
            assert_eq!(audited(record), "refused more than one Mcp-Session-Id header;");
        }
    }
    assert_eq!(desk.ask(&call(&one, alice, "whose")).tool_text(), "alice");
}

#[test]
fn a_request_in_no_session_begins_none() {
    let desk = Desk::open();
    let alice = &desk.alice;
    for request in [
        within("", alice, &message("tools/list", json!({}))).without("Mcp-Session-Id"),
        call("", alice, "whose").without("Mcp-Session-Id"),
        get("", alice).without("Mcp-Session-Id"),
        delete("", alice).without("Mcp-Session-Id"),
    ] {
        let answer = desk.ask(&request);
        assert_eq!((answer.head.status, answer.head.header("mcp-session-id")), (400, None), "{answer:?}");
        assert!(answer.head.header("mcp-rbac-record").is_some(), "{answer:?}");
    }
    // a session that is named in the first message is not made to be
    let answer = desk.ask(&within("mine", alice, &hello()));
    assert_eq!(answer.head.status, 404, "{answer:?}");
}
