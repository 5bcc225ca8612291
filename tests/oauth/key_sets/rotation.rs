//! Keys come and go, and tokens name keys that never were: counted.

use std::{
    io::Write,
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use super::{MILLI, assert_unavailable, key_set, present, token, tokens, until};
use crate::support::{Issuer, Reply, Running, Signer};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_thousand_unknown_keys_make_one_fetch_per_cool_down() {
    let signer = Signer::p256("a");
    let issuer = Issuer::with_keys(&key_set(&[&signer]));
    let server = Running::taking(tokens(&issuer).cool_down(2 * SECOND));
    assert_eq!(present(&server, &token(&issuer, &signer)).status, 200);
    assert_eq!(issuer.count("/keys"), 1);
    let began = Instant::now();
    for number in 0..1000 {
        let forged = crate::support::Token::of(&issuer.url(), super::AUDIENCE)
            .header("kid", format!("k{number}"))
            .sign(&signer);
        let answer = present(&server, &forged);
        assert_eq!((answer.status, answer.reason().as_str()), (401, "token unknown_key"), "{number}");
    }
    let cool_downs = usize::try_from(began.elapsed().as_secs() / 2).unwrap();
    let fetches = issuer.count("/keys") - 1;
    assert!(fetches <= cool_downs + 1, "{fetches} in {:?}", began.elapsed());
    // and there is one once it is over
    thread::sleep(2 * SECOND);
    let forged = crate::support::Token::of(&issuer.url(), super::AUDIENCE).header("kid", "new").sign(&signer);
    assert_eq!(present(&server, &forged).status, 401);
    assert_eq!(issuer.count("/keys") - 1, fetches + 1);
    assert_eq!(issuer.count("/.well-known/oauth-authorization-server"), 1);
}

#[test]
fn sixty_four_first_requests_make_one_fetch() {
    let signer = Signer::p256("a");
    let issuer = Issuer::with_keys(&key_set(&[&signer]));
    let document = key_set(&[&signer]).to_string();
    issuer.reply("/keys", Reply::Late(300 * MILLI, document));
    let server = Running::taking(tokens(&issuer));
    let token = token(&issuer, &signer);
    thread::scope(|scope| {
        let asked: Vec<_> = (0..64).map(|_| scope.spawn(|| present(&server, &token).status)).collect();
        for answer in asked {
            assert_eq!(answer.join().unwrap(), 200);
        }
    });
    assert_eq!((issuer.count("/keys"), issuer.total()), (1, 2));
}

/// A caller who asks for an unknown key and goes away takes no fetch with it, and makes no second one.
#[test]
fn callers_that_go_away_make_no_more_fetches() {
    let signer = Signer::p256("a");
    let issuer = Issuer::with_keys(&key_set(&[&signer]));
    let server = Running::taking(tokens(&issuer).cool_down(SECOND));
    assert_eq!(present(&server, &token(&issuer, &signer)).status, 200);
    thread::sleep(SECOND);
    issuer.reply("/keys", Reply::Late(500 * MILLI, key_set(&[&signer]).to_string()));
    for number in 0..20 {
        let forged = crate::support::Token::of(&issuer.url(), super::AUDIENCE)
            .header("kid", format!("k{number}"))
            .sign(&signer);
        let mut stream = TcpStream::connect(server.address).unwrap();
        let body =
            json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": { "name": "whoami" } });
        let body = body.to_string();
        let request = format!(
            "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: application/json, \
             text/event-stream\r\nAuthorization: Bearer {forged}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        thread::sleep(10 * MILLI);
    }
    thread::sleep(700 * MILLI);
    assert_eq!(issuer.count("/keys"), 2);
}

#[test]
fn a_new_key_works_within_the_cool_down_and_a_removed_one_until_the_ttl() {
    let (old, new) = (Signer::p256("old"), Signer::p256("new"));
    let issuer = Issuer::with_keys(&key_set(&[&old]));
    let server = Running::taking(tokens(&issuer).cool_down(SECOND).key_ttl(3 * SECOND));
    assert_eq!(present(&server, &token(&issuer, &old)).status, 200);
    issuer.keys(&key_set(&[&old, &new]));
    let took = until(200, || present(&server, &token(&issuer, &new)));
    assert!(took <= 2500 * MILLI, "{took:?}");
    assert_eq!(present(&server, &token(&issuer, &old)).status, 200);
    issuer.keys(&key_set(&[&new]));
    let took = until(401, || present(&server, &token(&issuer, &old)));
    assert!(took <= 5 * SECOND, "{took:?}");
    assert_eq!(present(&server, &token(&issuer, &new)).status, 200);
}

/// Nobody asks for anything for so long that the keys are over: a removed one does not work once more.
#[test]
fn a_removed_key_does_not_work_after_a_silence() {
    let (old, new) = (Signer::p256("old"), Signer::p256("new"));
    let issuer = Issuer::with_keys(&key_set(&[&old]));
    let server = Running::taking(tokens(&issuer).key_ttl(SECOND));
    assert_eq!(present(&server, &token(&issuer, &old)).status, 200);
    issuer.keys(&key_set(&[&new]));
    thread::sleep(1100 * MILLI);
    let answer = present(&server, &token(&issuer, &old));
    assert_eq!((answer.status, answer.reason().as_str()), (401, "token unknown_key"));
    assert_eq!(present(&server, &token(&issuer, &new)).status, 200);
}

/// Keys are asked for again before they are over, and nobody waits for it.
#[test]
fn keys_are_renewed_while_they_count() {
    let signer = Signer::p256("a");
    let issuer = Issuer::with_keys(&key_set(&[&signer]));
    let server = Running::taking(tokens(&issuer).key_ttl(5 * SECOND));
    let token = token(&issuer, &signer);
    assert_eq!(present(&server, &token).status, 200);
    // they are asked for after four seconds, and there after another 800 milliseconds
    issuer.reply("/keys", Reply::Late(800 * MILLI, key_set(&[&signer]).to_string()));
    let began = Instant::now();
    let mut slowest = Duration::ZERO;
    while began.elapsed() < 6 * SECOND {
        let asked = Instant::now();
        assert_eq!(present(&server, &token).status, 200);
        slowest = slowest.max(asked.elapsed());
        thread::sleep(20 * MILLI);
    }
    assert!(slowest < 750 * MILLI, "somebody waited {slowest:?}");
    assert_eq!(issuer.count("/keys"), 2);
}

#[test]
fn an_empty_key_set_means_nobody() {
    let signer = Signer::p256("a");
    let issuer = Issuer::with_keys(&key_set(&[&signer]));
    let server = Running::taking(tokens(&issuer).key_ttl(SECOND));
    assert_eq!(present(&server, &token(&issuer, &signer)).status, 200);
    issuer.keys(&json!({ "keys": [] }));
    until(401, || present(&server, &token(&issuer, &signer)));
    issuer.keys(&key_set(&[&signer]));
    until(200, || present(&server, &token(&issuer, &signer)));
}

/// The keys that are known go on for a while when the issuer is down, and then nothing does.
#[test]
fn keys_outlive_their_issuer_for_a_while() {
    let (signer, stranger) = (Signer::p256("a"), Signer::p256("b"));
    let issuer = Issuer::with_keys(&key_set(&[&signer]));
    let server = Running::taking(
        tokens(&issuer).key_ttl(SECOND).max_stale(4 * SECOND).cool_down(SECOND).fetch_deadline(500 * MILLI),
    );
    let (good, unknown) = (token(&issuer, &signer), token(&issuer, &stranger));
    assert_eq!(present(&server, &good).status, 200);
    let began = Instant::now();
    issuer.reply("/keys", Reply::Status(500));
    issuer.reply("/.well-known/oauth-authorization-server", Reply::Status(500));
    while began.elapsed() < 2700 * MILLI {
        let answer = present(&server, &good);
        assert_eq!(answer.status, 200, "after {:?}: {answer:?}", began.elapsed());
        thread::sleep(50 * MILLI);
    }
    // it may be a key of the issuer: nobody knows
    assert_unavailable(&present(&server, &unknown));
    until(503, || present(&server, &good));
    assert!(began.elapsed() < 7 * SECOND, "{:?}", began.elapsed());
    let asked = issuer.total();
    for _ in 0..100 {
        assert_unavailable(&present(&server, &good));
    }
    assert!(issuer.total() <= asked + 6, "{} and then {}", asked, issuer.total());
    issuer.describe("/.well-known/oauth-authorization-server");
    issuer.keys(&key_set(&[&signer]));
    until(200, || present(&server, &good));
}
