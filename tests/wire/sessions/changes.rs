//! What the server says by itself, and to whom.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    app::{DIARY, NOTES, rbac::Role},
    desk::{Desk, within},
    line::Line,
};
use crate::support::{Request, audited, message};

const WHILE: Duration = Duration::from_secs(2);

fn subscribe(desk: &Desk, id: &str, key: &str, uri: &str) {
    let answer = desk.ask(&within(id, key, &message("resources/subscribe", json!({ "uri": uri }))));
    assert!(answer.said().get("result").is_some(), "{answer:?}");
}

fn modern(desk: &Desk, key: &str, uris: &[&str]) -> Line {
    let filter = json!({
        "toolsListChanged": true,
        "promptsListChanged": true,
        "resourcesListChanged": true,
        "resourceSubscriptions": uris,
    });
    let params = json!({ "notifications": filter });
    let mut line = desk.send(&Request::modern(message("subscriptions/listen", params)).bearer(key));
    assert_eq!(line.head().status, 200);
    line.messages_until(WHILE, |message| message["method"].is_string());
    line
}

/// What was said, by method or URI.
fn said(messages: &[Value]) -> Vec<String> {
    let mut said: Vec<String> = messages
        .iter()
        .filter(|message| message["method"] != "notifications/subscriptions/acknowledged")
        .map(|message| match message["params"]["uri"].as_str() {
            Some(uri) => uri.to_owned(),
            None => message["method"].as_str().unwrap_or("?").to_owned(),
        })
        .collect();
    said.sort();
    said
}

#[test]
fn a_change_of_roles_is_said_to_the_one_whose_they_are() {
    let desk = Desk::open();
    let (alice, bob) = (&desk.alice, &desk.bob);
    let (hers, his) = (desk.begin(alice), desk.begin(bob));
    let mut changed = [desk.listen(&hers, alice), modern(&desk, alice, &[])];
    let mut unchanged = [
        desk.listen(&his, bob),
        modern(&desk, bob, &[]),
        desk.listen(&desk.begin(&desk.root), &desk.root),
        // the same principal, with a key that has not changed
        desk.listen(&desk.begin(&desk.alice_too), &desk.alice_too),
    ];
    std::thread::sleep(Duration::from_millis(1_500));
    desk.change_role(alice, Role::Owner);
    for stream in &mut changed {
        let heard = stream.messages(WHILE);
        // a tool is new to her; the resources are the same
        assert_eq!(said(&heard), ["notifications/tools/list_changed"], "{heard:?}");
    }
    for stream in &mut unchanged {
        let heard = stream.messages(Duration::from_millis(300));
        assert_eq!(said(&heard), Vec::<String>::new(), "{heard:?}");
    }
    desk.change_role(alice, Role::Guest);
    for stream in &mut changed {
        let heard = stream.messages(WHILE);
        let both = ["notifications/resources/list_changed", "notifications/tools/list_changed"];
        assert_eq!(said(&heard), both, "{heard:?}");
        assert!(!stream.is_over());
    }
    for stream in &mut unchanged {
        let heard = stream.messages(Duration::from_millis(300));
        assert_eq!(said(&heard), Vec::<String>::new(), "{heard:?}");
    }
}

/// What is open is bounded, and whoever has it all is told so before a stream begins.
#[test]
fn one_principal_has_so_many_streams_and_no_more() {
    let desk = Desk::open();
    let mut open: Vec<Line> = (0..32).map(|_| modern(&desk, &desk.alice, &[])).collect();
    let listen = |key: &str| {
        let params = json!({ "notifications": { "toolsListChanged": true } });
        desk.send(&Request::modern(message("subscriptions/listen", params)).bearer(key)).answer()
    };
    for key in [&desk.alice, &desk.alice_too] {
        let refused = listen(key);
        assert_eq!(refused.head.status, 429, "{refused:?}");
        assert_eq!(refused.head.header("retry-after"), Some("1"), "{refused:?}");
        assert_eq!(refused.said()["error"]["code"], 429, "{refused:?}");
        let record = refused.head.header("mcp-rbac-record").unwrap_or_default();
        assert!(audited(record).starts_with("refused limited"), "{}", audited(record));
    }
    // another one has her own
    let _his = modern(&desk, &desk.bob, &[]);
    drop(open.pop());
    let again = (0..40).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        let params = json!({ "notifications": { "toolsListChanged": true } });
        let request = Request::modern(message("subscriptions/listen", params)).bearer(&desk.alice);
        desk.send(&request).head().status == 200
    });
    assert!(again, "a stream that is closed makes no room");
}

#[test]
fn updates_stop_when_the_permission_goes() {
    let desk = Desk::open();
    let (alice, bob) = (&desk.alice, &desk.bob);
    let (hers, his) = (desk.begin(alice), desk.begin(bob));
    for (id, key) in [(&hers, alice), (&his, bob)] {
        subscribe(&desk, id, key, NOTES);
        subscribe(&desk, id, key, DIARY);
    }
    let mut lost = [desk.listen(&hers, alice), modern(&desk, alice, &[NOTES, DIARY])];
    let mut kept = [desk.listen(&his, bob), modern(&desk, bob, &[NOTES, DIARY])];
    std::thread::sleep(Duration::from_secs(1));
    let update = || {
        for uri in [NOTES, DIARY, "notes://none"] {
            desk.server.resource_updated(uri);
        }
    };
    update();
    for stream in lost.iter_mut().chain(&mut kept) {
        let heard = stream.messages(Duration::from_millis(500));
        assert_eq!(said(&heard), [NOTES, DIARY], "{heard:?}");
    }
    desk.change_role(alice, Role::Reader);
    // so long it takes at the most
    std::thread::sleep(Duration::from_secs(1));
    update();
    for stream in &mut lost {
        let heard = stream.messages(Duration::from_millis(500));
        let changed = "notifications/resources/list_changed";
        let uris: Vec<String> = said(&heard).into_iter().filter(|said| said != changed).collect();
        assert_eq!(uris, [NOTES], "{heard:?}");
    }
    for stream in &mut kept {
        assert_eq!(said(&stream.messages(Duration::from_millis(500))), [NOTES, DIARY]);
    }
    // and come again with it
    desk.change_role(alice, Role::Writer);
    std::thread::sleep(Duration::from_secs(1));
    lost.iter_mut().for_each(|stream| drop(stream.messages(Duration::from_millis(500))));
    update();
    for stream in &mut lost {
        let heard = stream.messages(Duration::from_millis(500));
        assert_eq!(said(&heard), [NOTES, DIARY], "{heard:?}");
    }
}

#[test]
fn what_is_unsubscribed_is_not_said() {
    let desk = Desk::open();
    let alice = &desk.alice;
    let id = desk.begin(alice);
    subscribe(&desk, &id, alice, NOTES);
    subscribe(&desk, &id, alice, DIARY);
    let mut stream = desk.listen(&id, alice);
    let unsubscribe =
        |uri: &str| within(&id, alice, &message("resources/unsubscribe", json!({ "uri": uri })));
    assert!(desk.ask(&unsubscribe(DIARY)).said().get("result").is_some());
    for uri in [DIARY, "notes://none"] {
        let answer = desk.ask(&unsubscribe(uri));
        assert_eq!(answer.said()["error"]["code"], -32602, "{answer:?}");
    }
    desk.server.resource_updated(DIARY);
    desk.server.resource_updated(NOTES);
    let heard = stream.messages(Duration::from_millis(500));
    assert_eq!(said(&heard), [NOTES], "{heard:?}");
}
