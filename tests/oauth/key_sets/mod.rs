//! Where keys come from: issuers that run here and behave as issuers do, and as attackers would have them.

mod discovery;
mod rotation;
mod trouble;

use std::{
    thread,
    time::{Duration, Instant},
};

use mcp_rbac::{OAuth, oauth::Scopes};
use serde_json::{Value, json};

use crate::support::{Answer, Issuer, Running, Signer, Token, call};

const AUDIENCE: &str = "https://records.example/mcp";
const MILLI: Duration = Duration::from_millis(1);

fn key_set(signers: &[&Signer]) -> Value {
    json!({ "keys": signers.iter().map(|signer| signer.jwk()).collect::<Vec<_>>() })
}

fn tokens(issuer: &Issuer) -> OAuth {
    OAuth::issuer(issuer.url()).unwrap().audience(AUDIENCE).scopes(Scopes::Ignore)
}

fn present(server: &Running, token: &str) -> Answer {
    call(server.address, "whoami", &format!("Bearer {token}"))
}

fn token(issuer: &Issuer, signer: &Signer) -> String {
    Token::of(&issuer.url(), AUDIENCE).sign(signer)
}

/// Asks until the status is this one, for a few seconds at most; says how long it took.
fn until(status: u16, mut ask: impl FnMut() -> Answer) -> Duration {
    let began = Instant::now();
    let mut answer = ask();
    while answer.status != status {
        assert!(began.elapsed() < Duration::from_secs(10), "still {answer:?} instead of {status}");
        thread::sleep(20 * MILLI);
        answer = ask();
    }
    began.elapsed()
}

/// 503, as it has to be: when to come again, and no challenge, which would make clients throw their token away.
fn assert_unavailable(answer: &Answer) {
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(answer.header("retry-after").is_some(), "{answer:?}");
    assert_eq!(answer.header("www-authenticate"), None, "{answer:?}");
    assert_eq!(answer.reason(), "unavailable");
}
