//! Issuers that are down, slow, endless, or not what they should be: every request is answered in time, and nobody is
//! let in.

use std::{
    thread,
    time::{Duration, Instant},
};

use mcp_rbac::oauth::Scopes;
use serde_json::json;

use super::{MILLI, assert_unavailable, key_set, present, token, tokens, until};
use crate::support::{Issuer, Reply, Running, Signer};

#[test]
fn no_trouble_of_an_issuer_lets_anybody_in_or_makes_anybody_wait() {
    let signer = Signer::p256("a");
    let good = key_set(&[&signer]);
    let elsewhere = Issuer::with_keys(&good);
    let huge = json!({ "keys": [signer.jwk()], "more": "x".repeat(600 * 1024) }).to_string();
    let twice = format!(r#"{{"keys":[],{}"#, &good.to_string()[1..]);
    let replies = [
        ("nothing", Reply::Nothing),
        ("stuck", Reply::Stuck),
        ("endless", Reply::Endless),
        ("late", Reply::Late(Duration::from_secs(3), good.to_string())),
        ("huge", Reply::Document(huge)),
        ("a redirection to another host", Reply::Redirect(format!("{}/keys", elsewhere.url()))),
        ("a redirection to the same", Reply::Redirect("/keys2".to_owned())),
        ("204", Reply::Status(204)),
        ("206", Reply::Status(206)),
        ("401", Reply::Status(401)),
        ("404", Reply::Status(404)),
        ("500", Reply::Status(500)),
        ("no JSON", Reply::Document("<html>".to_owned())),
        ("an array", Reply::Document(good["keys"].to_string())),
        ("a single key", Reply::Document(signer.jwk().to_string())),
        ("half a document", Reply::Document(good.to_string()[..50].to_owned())),
        ("keys twice", Reply::Document(twice)),
    ];
    let cases = [("/keys", "keys"), ("/.well-known/oauth-authorization-server", "description")];
    thread::scope(|scope| {
        for (path, what) in cases {
            for (name, reply) in &replies {
                let (signer, good) = (&signer, &good);
                scope.spawn(move || {
                    let issuer = Issuer::with_keys(good);
                    issuer.reply("/keys2", Reply::Document(good.to_string()));
                    issuer.reply(path, reply.clone());
                    let server = Running::taking(tokens(&issuer).fetch_deadline(700 * MILLI));
                    let token = token(&issuer, signer);
                    let began = Instant::now();
                    for _ in 0..3 {
                        assert_unavailable(&present(&server, &token));
                    }
                    assert!(
                        began.elapsed() < Duration::from_secs(3),
                        "{what}, {name}: {:?}",
                        began.elapsed()
                    );
                    assert_eq!(issuer.count("/keys2"), 0, "{what}, {name}");
                });
            }
        }
    });
    assert_eq!(elsewhere.total(), 0);
}

#[test]
fn an_issuer_that_is_not_there_is_503_and_works_once_it_is() {
    let signer = Signer::p256("a");
    let issuer = Issuer::start();
    let server = Running::taking(tokens(&issuer).cool_down(Duration::from_secs(1)));
    let token = token(&issuer, &signer);
    assert_unavailable(&present(&server, &token));
    // what is not of this issuer needs no keys to be refused
    let foreign = crate::support::Token::of("https://other.example", super::AUDIENCE).sign(&signer);
    assert_eq!(present(&server, &foreign).status, 401);
    issuer.describe("/.well-known/oauth-authorization-server");
    issuer.keys(&key_set(&[&signer]));
    until(200, || present(&server, &token));
}

/// Nothing listens there at all.
#[test]
fn a_closed_port_is_503() {
    let signer = Signer::p256("a");
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{gone}");
    let server = Running::taking(
        mcp_rbac::OAuth::issuer(&url).unwrap().audience(super::AUDIENCE).scopes(Scopes::Ignore),
    );
    assert_unavailable(&present(&server, &crate::support::Token::of(&url, super::AUDIENCE).sign(&signer)));
}

/// Sixty-four callers of an issuer that hangs: each is answered in time.
#[test]
fn nobody_waits_longer_than_one_fetch() {
    let signer = Signer::p256("a");
    let issuer = Issuer::with_keys(&key_set(&[&signer]));
    issuer.reply("/keys", Reply::Stuck);
    let server = Running::taking(tokens(&issuer).fetch_deadline(500 * MILLI));
    let token = token(&issuer, &signer);
    thread::scope(|scope| {
        let asked: Vec<_> = (0..64)
            .map(|_| {
                scope.spawn(|| {
                    let began = Instant::now();
                    assert_unavailable(&present(&server, &token));
                    began.elapsed()
                })
            })
            .collect();
        for asked in asked {
            let took = asked.join().unwrap();
            assert!(took < Duration::from_secs(2), "{took:?}");
        }
    });
    assert_eq!(issuer.count("/keys"), 1);
}
