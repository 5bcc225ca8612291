//! The head of an answer waits for the guard, and for nothing else.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use super::{
    app::destroyed,
    desk::{Desk, call, initialize, numbered, within},
    line::Line,
};
use crate::support::{self, Request, V2025_11_25, audited, message};

/// Below the thirty seconds that the denied tool would take, and the deadline of a call.
const FAST: Duration = Duration::from_secs(10);
const CALLERS: usize = 8;

fn is_denial(answer: &super::line::Answer) -> bool {
    let said = answer.said();
    let record = answer.head.header("mcp-rbac-record").unwrap_or_default();
    answer.head.status == 403
        && answer.head.header("content-type") == Some("application/json")
        && answer.head.header("www-authenticate").is_none()
        && answer.head.header("cache-control").is_none()
        && said["error"]["code"] == 403
        && said["error"]["data"]["record"] == record
        && said["id"] == 7
        && audited(record) == "refused forbidden;"
}

/// How the calls of one kind are made, for a session where they need one.
type Kind = (&'static str, bool, fn(&str, &str) -> Request);

/// Every kind of call, and whether rmcp answers what is allowed with a stream.
const KINDS: [Kind; 4] = [
    ("sessions off, older", false, |_, key| {
        Request::call("destroy_all").header("MCP-Protocol-Version", V2025_11_25).bearer(key)
    }),
    ("sessions off, newest", false, |_, key| Request::modern_call("destroy_all").bearer(key)),
    ("sessions on, in one", true, |id, key| call(id, key, "destroy_all")),
    ("sessions on, newest", true, |_, key| Request::modern_call("destroy_all").bearer(key)),
];

#[test]
fn a_thousand_denials_are_a_thousand_403_in_every_mode() {
    for (name, sessions, request) in KINDS {
        let desk = if sessions { Desk::open() } else { Desk::build(|app| app, |server| server) };
        // something is always under way beside them
        let busy = if sessions { Some(desk.begin(&desk.bob)) } else { None };
        let denied: usize = thread::scope(|scope| {
            let callers: Vec<_> = (0..CALLERS)
                .map(|caller| {
                    let (desk, busy) = (&desk, &busy);
                    scope.spawn(move || {
                        let id = if sessions { desk.begin(&desk.alice) } else { String::new() };
                        let mut denied = 0;
                        for number in 0..1_000 / CALLERS {
                            let began = Instant::now();
                            let answer = desk.ask(&request(&id, &desk.alice));
                            assert!(is_denial(&answer), "{name}, {caller}, {number}: {answer:?}");
                            assert!(began.elapsed() < FAST, "{name}: {:?}", began.elapsed());
                            denied += 1;
                            if let (Some(busy), 0) = (busy, number % 10) {
                                let own = caller * 1_000 + number;
                                let answer = desk.ask(&numbered(busy, &desk.bob, "whose", own));
                                assert_eq!(answer.tool_text(), "bob", "{answer:?}");
                            }
                        }
                        denied
                    })
                })
                .collect();
            callers.into_iter().map(|caller| caller.join().unwrap()).sum()
        });
        assert_eq!(denied, 1_000, "{name}");
        assert_eq!(destroyed(), 0, "{name}");
    }
}

#[test]
fn every_denial_in_a_session_is_one() {
    let desk = Desk::open();
    let alice = &desk.alice;
    let id = desk.begin(alice);
    let post = |method: &str, params| within(&id, alice, &message(method, params));
    assert!(is_denial(&desk.ask(&post("tools/call", json!({ "name": "destroy_all" })))));
    desk.change_role(alice, super::app::rbac::Role::Reader);
    let until = Instant::now() + Duration::from_secs(2);
    for (method, params) in [
        ("resources/read", json!({ "uri": "notes://diary" })),
        ("resources/subscribe", json!({ "uri": "notes://diary" })),
    ] {
        while !is_denial(&desk.ask(&post(method, params.clone()))) {
            assert!(Instant::now() < until, "{method}");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn an_allowed_call_has_its_head_before_its_tool_says_anything() {
    let desk = Desk::open();
    let alice = &desk.alice;
    let id = desk.begin(alice);
    let began = Instant::now();
    let mut line = desk.send(&call(&id, alice, "think"));
    let head = line.head();
    assert!(head.status == 200 && head.is_stream(), "{head:?}");
    assert!(began.elapsed() < FAST, "{:?}", began.elapsed());
}

/// What nobody decides about, and what nobody is left to decide about.
#[test]
fn nothing_waits_for_a_decision_that_does_not_come() {
    let desk = Desk::with(|server| server.call_deadline(Duration::from_secs(60)));
    let alice = &desk.alice;
    let id = desk.begin(alice);
    let post = |message: &serde_json::Value| within(&id, alice, message);
    let again = json!({ "protocolVersion": V2025_11_25, "capabilities": {},
        "clientInfo": { "name": "again", "version": "0" } });
    let unversioned = json!({ "io.modelcontextprotocol/protocolVersion": "1999-01-01" });
    for (name, request) in [
        ("a beginning", initialize(alice)),
        ("a beginning within", post(&message("initialize", again))),
        ("a ping", post(&message("ping", json!({})))),
        ("a list", post(&message("tools/list", json!({})))),
        ("a list that is malformed", post(&message("tools/list", json!({ "cursor": "x" })))),
        ("a tool that panics", call(&id, alice, "break_down")),
        ("no such tool", call(&id, alice, "nothing")),
        ("no such method", post(&message("x/y", json!({})))),
        ("a malformed call", post(&message("tools/call", json!({ "name": 5 })))),
        ("no prompts", post(&message("prompts/list", json!({})))),
        ("no tasks", post(&message("tasks/get", json!({ "taskId": "x" })))),
        ("no skills", post(&message("skills/list", json!({})))),
        (
            "a stream of the newest version",
            post(&message("subscriptions/listen", json!({ "notifications": {} }))),
        ),
        ("no such version", post(&message("tools/list", json!({ "_meta": unversioned })))),
        ("discovery", post(&message("server/discover", json!({})))),
    ] {
        let began = Instant::now();
        let answer = desk.ask(&request);
        assert!(began.elapsed() < FAST, "{name}: {:?} {answer:?}", began.elapsed());
        assert!(!answer.said().is_null() || answer.head.status >= 400, "{name}: {answer:?}");
    }
    // a message that is lost with its session
    let lost = desk.begin(alice);
    let mut calls: Vec<Line> =
        (0..20).map(|number| desk.send(&numbered(&lost, alice, "whose", number))).collect();
    assert_eq!(desk.ask(&super::desk::delete(&lost, alice)).head.status, 202);
    let began = Instant::now();
    for call in &mut calls {
        let head = call.head();
        assert!([200, 404].contains(&head.status), "{head:?}");
    }
    assert!(began.elapsed() < FAST, "{:?}", began.elapsed());
}

#[test]
fn what_rmcp_refuses_in_a_session_is_on_record() {
    let desk = Desk::open();
    let alice = &desk.alice;
    let id = desk.begin(alice);
    let request = within(&id, alice, &support::call("whose"));
    for (name, request, status) in [
        ("no JSON", request.clone().body("{"), 415),
        ("a batch", request.clone().body("[]"), 415),
        ("wrong type", request.clone().with("Content-Type", "text/plain"), 415),
        ("not accepted", request.clone().without("Accept"), 406),
        ("no such version", request.with("MCP-Protocol-Version", "x"), 400),
    ] {
        let answer = desk.ask(&request);
        let record = answer.head.header("mcp-rbac-record").unwrap_or_default();
        assert_eq!(answer.head.status, status, "{name}: {answer:?}");
        assert!(audited(record).starts_with("refused "), "{name}: {answer:?}");
    }
}

/// Outside of a session the HTTP layer sees these; within one their answers go out on a stream.
#[test]
fn what_rmcp_answers_by_itself_on_a_stream_is_on_record() {
    let desk = Desk::open();
    let alice = &desk.alice;
    let id = desk.begin(alice);
    for (method, params) in [
        ("skills/list", json!({})),
        ("server/discover", json!({})),
        ("subscriptions/listen", json!({ "notifications": {} })),
        ("tasks/get", json!({ "taskId": "x" })),
    ] {
        let answer = desk.ask(&within(&id, alice, &message(method, params)));
        let said = answer.said();
        let record = said["error"]["data"]["record"].as_str().unwrap_or_default();
        assert!(audited(record).starts_with("refused "), "{method}: {answer:?}");
    }
    for (method, params) in [("ping", json!({})), ("tools/list", json!({}))] {
        let answer = desk.ask(&within(&id, alice, &message(method, params)));
        assert!(answer.said().get("result").is_some(), "{method}: {answer:?}");
    }
}
