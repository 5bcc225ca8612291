//! Streams end with the credential that they were opened with.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use http::request::Parts;
use mcp_rbac::{Authenticate, Authentication, Policy, Principal};
use serde_json::{Value, json};

use super::{
    app::{DIARY, NOTES, rbac::Role},
    desk::{Desk, call, get, initialize, within},
    line::Line,
};
use crate::support::{Request, V2025_11_25, message};

const SECOND: Duration = Duration::from_secs(1);

/// The stream of the newest version, with what it was told that it will hear of.
fn subscription(desk: &Desk, key: &str, uris: &[&str]) -> (Line, Value) {
    let params = json!({ "notifications": { "toolsListChanged": true, "resourceSubscriptions": uris } });
    let mut line = desk.send(&Request::modern(message("subscriptions/listen", params)).bearer(key));
    let head = line.head();
    assert!(head.status == 200 && head.is_stream(), "{head:?}");
    let said = line.messages_until(SECOND * 5, |message| message["method"].is_string());
    let accepted = said.last().cloned().unwrap_or_default();
    (line, accepted)
}

#[test]
fn a_revoked_key_ends_every_stream_and_nothing_more_is_sent() {
    let desk = Desk::open();
    let (alice, bob) = (&desk.alice, &desk.bob);
    let id = desk.begin(alice);
    let subscribed = desk.ask(&within(&id, alice, &message("resources/subscribe", json!({ "uri": NOTES }))));
    assert!(subscribed.said().get("result").is_some(), "{subscribed:?}");
    let (listening, accepted) = subscription(&desk, alice, &[NOTES]);
    assert_eq!(accepted["params"]["notifications"]["resourceSubscriptions"], json!([NOTES]), "{accepted}");
    let mut counting = desk.send(&call(&id, alice, "count"));
    assert!(counting.head().is_stream());
    let mut modern = desk.send(&Request::modern_call("count").bearer(alice));
    assert!(modern.head().is_stream());
    let mut streams = [
        ("session", desk.listen(&id, alice)),
        ("another of the session", desk.listen(&id, alice)),
        ("subscription", listening),
        ("call in a session", counting),
        ("call", modern),
    ];
    // somebody else's, who keeps them
    let bobs = desk.begin(bob);
    let mut others = [desk.listen(&bobs, bob), subscription(&desk, bob, &[NOTES]).0];
    for (name, stream) in &mut streams {
        stream.messages(Duration::from_millis(100));
        assert!(!stream.is_over(), "{name}");
    }

    desk.revoke(alice);
    let revoked = Instant::now();
    for (name, stream) in &mut streams {
        let left = SECOND.saturating_sub(revoked.elapsed()) + Duration::from_millis(50);
        assert!(stream.ends_within(left).is_some(), "{name}: still open after {:?}", revoked.elapsed());
    }
    desk.server.resource_updated(NOTES);
    for (name, stream) in &mut streams {
        assert_eq!(stream.messages(Duration::from_millis(50)), Vec::<Value>::new(), "{name}");
    }
    for request in [get(&id, alice), call(&id, alice, "whose"), initialize(alice)] {
        assert_eq!(desk.ask(&request).head.status, 401);
    }
    // not with her other key either: the session was that client's
    assert_eq!(desk.ask(&get(&id, &desk.alice_too)).head.status, 404);
    for stream in &mut others {
        stream.messages(SECOND);
        assert!(!stream.is_over());
    }
    let heard = others[1].messages_until(SECOND, |message| message["params"]["uri"] == NOTES);
    assert!(heard.iter().any(|message| message["params"]["uri"] == NOTES) || !others[1].is_over());
}

/// Knows callers by a header of their own, until it is told not to any more.
#[derive(Clone)]
struct Door(Arc<AtomicBool>);

impl Authenticate for Door {
    fn describe(&self) -> String {
        "door".to_owned()
    }

    async fn authenticate(&self, request: &Parts, policy: &'static Policy) -> Authentication {
        let Some(name) = request.headers.get("x-name") else { return Authentication::NotMine };
        if !self.0.load(Ordering::SeqCst) {
            return Authentication::Rejected("the door is shut".to_owned());
        }
        let principal = Principal::builder(policy, name.to_str().unwrap()).role(Role::Writer).build();
        Authentication::Principal(principal.unwrap())
    }
}

#[test]
fn a_credential_in_another_header_is_looked_at_again() {
    let open = Door(Arc::new(AtomicBool::new(true)));
    let desk = Desk::build(|app| app.authenticate(open.clone()), |server| server.legacy_sessions());
    let named = |request: Request| request.without("Authorization").header("X-Name", "carol");
    let answer = desk.ask(&named(initialize("")));
    let id = answer.head.header("mcp-session-id").unwrap().to_owned();
    let mut stream = desk.send(&named(get(&id, "")));
    assert_eq!(stream.head().status, 200);
    let mut counting = desk.send(&named(call(&id, "", "count")));
    assert_eq!(counting.head().status, 200);
    stream.messages(SECOND * 2);
    assert!(!stream.is_over());
    open.0.store(false, Ordering::SeqCst);
    for stream in [&mut stream, &mut counting] {
        assert!(stream.ends_within(SECOND).is_some());
    }
}

#[test]
fn a_subscription_says_what_it_is_about() {
    let desk = Desk::open();
    desk.change_role(&desk.bob, Role::Reader);
    let read = Request::modern(message("resources/read", json!({ "uri": DIARY })));
    let read = read.header("Mcp-Name", DIARY).bearer(&desk.bob);
    let until = Instant::now() + SECOND * 2;
    while desk.ask(&read).head.status == 200 {
        assert!(Instant::now() < until, "the role is what it was");
    }
    let (mut line, accepted) = subscription(&desk, &desk.bob, &[DIARY, NOTES, "notes://none"]);
    assert_eq!(accepted["params"]["notifications"]["resourceSubscriptions"], json!([NOTES]), "{accepted}");
    for uri in [DIARY, "notes://none", NOTES] {
        desk.server.resource_updated(uri);
    }
    let heard = line.messages_until(SECOND * 5, |message| message["params"]["uri"].is_string());
    let uris: Vec<&Value> =
        heard.iter().map(|message| &message["params"]["uri"]).filter(|uri| uri.is_string()).collect();
    assert_eq!(uris, [NOTES], "{heard:?}");
}

#[test]
fn what_was_begun_under_other_permissions_is_not_resumed() {
    let desk = Desk::open();
    let alice = &desk.alice;
    let id = desk.begin(alice);
    let resume = || get(&id, alice).header("Last-Event-ID", "0/0").with("MCP-Protocol-Version", V2025_11_25);
    // rmcp counts the requests of a session from nought
    let mut counting = desk.send(&call(&id, alice, "count"));
    assert_eq!(counting.head().status, 200);
    counting.messages(Duration::from_millis(200));
    drop(counting);
    let mut resumed = desk.send(&resume());
    assert_eq!(resumed.head().status, 200);
    assert!(!resumed.messages(Duration::from_millis(500)).is_empty(), "it goes on for its owner");
    drop(resumed);
    desk.change_role(alice, Role::Reader);
    std::thread::sleep(SECOND);
    let mut resumed = desk.send(&resume());
    assert_eq!(resumed.head().status, 200);
    assert_eq!(resumed.messages(SECOND), Vec::<Value>::new());
    assert!(resumed.is_over());
}

#[test]
fn a_server_that_stops_does_not_wait_for_its_listeners() {
    let mut desk = Desk::open();
    let id = desk.begin(&desk.alice);
    let mut streams = [desk.listen(&id, &desk.alice), subscription(&desk, &desk.alice, &[NOTES]).0];
    assert!(desk.stops_within(SECOND * 5), "it waits");
    for stream in &mut streams {
        assert!(stream.ends_within(SECOND).is_some());
    }
}
