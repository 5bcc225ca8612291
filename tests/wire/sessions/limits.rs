//! How many, how long.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use super::{
    desk::{Desk, call, delete, get, initialize, numbered},
    line::Line,
};

#[test]
fn one_principal_has_so_many_sessions() {
    let desk = Desk::with(|server| server.max_sessions(4, 2));
    let (alice, bob) = (&desk.alice, &desk.bob);
    let begun = [desk.begin(alice), desk.begin(&desk.alice_too)];
    for key in [alice, &desk.alice_too] {
        let answer = desk.ask(&initialize(key));
        let later = answer.head.header("retry-after").is_some();
        assert_eq!((answer.head.status, later), (429, true), "{answer:?}");
        assert_eq!(answer.said()["error"]["code"], 429, "{answer:?}");
        assert_eq!(answer.said()["id"], 7, "{answer:?}");
        assert_eq!(answer.head.header("mcp-session-id"), None);
    }
    // others have theirs, as long as there are any
    desk.begin(bob);
    desk.begin(bob);
    let answer = desk.ask(&initialize(&desk.root));
    assert_eq!((answer.head.status, answer.head.header("retry-after")), (503, Some("60")), "{answer:?}");
    // what is ended makes room
    assert_eq!(desk.ask(&delete(&begun[0], alice)).head.status, 202);
    let until = Instant::now() + Duration::from_secs(5);
    while desk.ask(&initialize(&desk.root)).head.status != 200 {
        assert!(Instant::now() < until, "no room after the end of a session");
        sleep(Duration::from_millis(20));
    }
    assert_eq!(desk.ask(&call(&begun[1], &desk.alice_too, "whose")).tool_text(), "alice");
}

#[test]
fn many_sessions_one_after_the_other_leave_nothing_behind() {
    let desk = Desk::with(|server| server.max_sessions(2, 2));
    for round in 0..100 {
        let until = Instant::now() + Duration::from_secs(5);
        let answer = loop {
            let answer = desk.ask(&initialize(&desk.alice));
            if answer.head.status == 200 {
                break answer;
            }
            assert!(Instant::now() < until, "round {round}: {answer:?}");
        };
        let id = answer.head.header("mcp-session-id").unwrap();
        assert_eq!(desk.ask(&delete(id, &desk.alice)).head.status, 202);
    }
}

#[test]
fn a_session_gets_so_old() {
    let age = Duration::from_secs(2);
    let desk = Desk::with(|server| server.max_session_age(age));
    let alice = &desk.alice;
    let began = Instant::now();
    let id = desk.begin(alice);
    let mut stream = desk.listen(&id, alice);
    let mut answer = desk.send(&call(&id, alice, "count"));
    assert!(answer.head().is_stream());
    assert_eq!(desk.ask(&call(&id, alice, "whose")).tool_text(), "alice");
    // however busy it is
    for stream in [&mut stream, &mut answer] {
        assert!(stream.ends_within(Duration::from_secs(5)).is_some());
    }
    assert!(began.elapsed() >= age, "{:?}", began.elapsed());
    for request in [call(&id, alice, "whose"), get(&id, alice), delete(&id, alice)] {
        assert_eq!(desk.ask(&request).head.status, 404);
    }
}

#[test]
fn a_session_has_so_many_open_requests() {
    let desk = Desk::open();
    let alice = &desk.alice;
    let id = desk.begin(alice);
    // their callers have gone, but not the calls: a client may come back for an answer
    for number in 0..64 {
        let mut line = desk.send(&numbered(&id, alice, "think", number));
        assert_eq!(line.head().status, 200);
    }
    let answer = desk.ask(&numbered(&id, alice, "whose", 64));
    assert_eq!((answer.head.status, answer.head.header("retry-after")), (429, Some("1")), "{answer:?}");
    // another session has its own
    let other = desk.begin(alice);
    assert_eq!(desk.ask(&call(&other, alice, "whose")).tool_text(), "alice");
}

#[test]
fn a_call_in_a_session_takes_no_longer_than_any() {
    let desk = Desk::with(|server| server.call_deadline(Duration::from_secs(2)));
    let alice = &desk.alice;
    let id = desk.begin(alice);
    let began = Instant::now();
    let answer = desk.ask(&call(&id, alice, "think"));
    assert_eq!((answer.head.status, &answer.said()["error"]["code"]), (200, &504.into()), "{answer:?}");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[test]
fn one_principal_has_so_many_streams() {
    let desk = Desk::open();
    let (alice, bob) = (&desk.alice, &desk.bob);
    let sessions: Vec<String> = (0..4).map(|_| desk.begin(alice)).collect();
    let mut open: Vec<Line> =
        (0..32).map(|number| desk.listen(&sessions[number % sessions.len()], alice)).collect();
    for id in &sessions {
        for request in [get(id, alice), get(id, alice).header("Last-Event-ID", "0")] {
            let answer = desk.ask(&request);
            assert_eq!(answer.head.status, 429, "{answer:?}");
        }
    }
    desk.listen(&desk.begin(bob), bob);
    // calls go on, and what is closed makes room
    assert_eq!(desk.ask(&call(&sessions[0], alice, "whose")).tool_text(), "alice");
    drop(open.pop());
    let until = Instant::now() + Duration::from_secs(20);
    while desk.send(&get(&sessions[0], alice)).head().status != 200 {
        assert!(Instant::now() < until, "no room after the end of a stream");
        sleep(Duration::from_millis(50));
    }
}
