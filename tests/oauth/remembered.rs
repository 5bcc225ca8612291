//! A token that was found good is not checked anew with every request, and ends all the same.

use std::{thread, time::Duration};

use mcp_rbac::{OAuth, oauth::Scopes};
use serde_json::json;

use crate::{
    support::{Answer, Issuer, Reply, Running, Signer, Token, call, now},
    tokens::{self, KEYS, honest},
};

const AUDIENCE: &str = "https://records.example/mcp";
const MILLI: Duration = Duration::from_millis(1);

fn present(server: &Running, token: &str) -> Answer {
    call(server.address, "whoami", &format!("Bearer {token}"))
}

/// Asks until the answer is this, for a few seconds at most.
fn until(status: u16, reason: &str, mut ask: impl FnMut() -> Answer) {
    let mut answer = ask();
    for _ in 0..400 {
        if answer.status == status && answer.reason() == reason {
            return;
        }
        thread::sleep(25 * MILLI);
        answer = ask();
    }
    panic!("still {answer:?} instead of {status} {reason}");
}

#[test]
fn a_token_that_was_taken_ends_when_it_says() {
    for remembered in [0, 10_000] {
        let server = Running::taking(tokens::tokens().leeway(Duration::ZERO).remember_tokens(remembered));
        let token = honest().claim("exp", now() + 3).sign(&KEYS.p256);
        assert_eq!(present(&server, &token).status, 200);
        assert_eq!(present(&server, &token).status, 200);
        until(401, "token expired", || present(&server, &token));
    }
}

/// The same text each time: what was found good by a key that is gone is not good any more.
#[test]
fn a_token_that_was_taken_ends_with_its_key() {
    let (old, new) = (Signer::p256("old"), Signer::p256("new"));
    let issuer = Issuer::with_keys(&json!({ "keys": [old.jwk()] }));
    let tokens = OAuth::issuer(issuer.url()).unwrap().audience(AUDIENCE).scopes(Scopes::Ignore);
    let server = Running::taking(tokens.key_ttl(Duration::from_secs(2)));
    let token = Token::of(&issuer.url(), AUDIENCE).sign(&old);
    assert_eq!(present(&server, &token).status, 200);
    // another set with the key in it
    issuer.keys(&json!({ "keys": [new.jwk(), old.jwk()] }));
    thread::sleep(Duration::from_millis(2500));
    assert_eq!(present(&server, &token).status, 200);
    issuer.keys(&json!({ "keys": [new.jwk()] }));
    until(401, "token unknown_key", || present(&server, &token));
    // a key of that name that is another one
    let impostor = Signer::p256("old");
    issuer.keys(&json!({ "keys": [impostor.jwk()] }));
    until(401, "token bad_signature", || present(&server, &token));
    issuer.keys(&json!({ "keys": [old.jwk()] }));
    until(200, "", || present(&server, &token));
}

/// Keys that do not count any more let in nobody, not even those who were in before.
#[test]
fn a_token_that_was_taken_ends_with_the_keys_that_cannot_be_had() {
    let signer = Signer::p256("a");
    let issuer = Issuer::with_keys(&json!({ "keys": [signer.jwk()] }));
    let second = Duration::from_secs(1);
    let tokens = OAuth::issuer(issuer.url()).unwrap().audience(AUDIENCE).scopes(Scopes::Ignore);
    let server = Running::taking(tokens.key_ttl(second).max_stale(second).cool_down(second));
    let token = Token::of(&issuer.url(), AUDIENCE).sign(&signer);
    assert_eq!(present(&server, &token).status, 200);
    issuer.reply("/keys", Reply::Status(500));
    issuer.reply("/.well-known/oauth-authorization-server", Reply::Status(500));
    until(503, "unavailable", || present(&server, &token));
}

/// What is remembered is the whole token, and nothing near it.
#[test]
fn a_token_that_is_nearly_one_that_was_taken_is_another_one() {
    let server = tokens::server();
    let token = honest().sign(&KEYS.p256);
    assert_eq!(present(server, &token).status, 200);
    let (message, signature) = token.rsplit_once('.').unwrap();
    let (head, claims) = message.split_once('.').unwrap();
    let other = honest().claim("sub", "root").sign(&KEYS.p256);
    let other_claims = other.split('.').nth(1).unwrap();
    for (name, near) in [
        ("without its signature", format!("{message}.")),
        ("with a signature more", format!("{token}.{signature}")),
        ("with the claims of another", format!("{head}.{other_claims}.{signature}")),
        ("with other claims", format!("{head}.{}.{signature}", claims.replacen('a', "b", 1))),
        ("cut", token[..token.len() - 1].to_owned()),
        ("in capitals", token.to_uppercase()),
        ("with a space", format!("{token} {token}")),
    ] {
        let answer = present(server, &near);
        assert!(matches!(answer.status, 400 | 401), "{name}: {answer:?}");
    }
    assert_eq!(present(server, &token).status, 200);
}
