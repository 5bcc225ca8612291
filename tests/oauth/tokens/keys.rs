//! Which keys of a key set count.

use std::time::Duration;

use mcp_rbac::{OAuth, Server, oauth::Scopes};
use serde_json::json;

use super::{AUDIENCE, ISSUER, KEYS, honest, server, tokens};
use crate::{
    rbac::POLICY,
    support::{
        Running, Table,
        Want::{In, Out},
    },
};

#[test]
fn keys_that_are_not_for_signatures_or_weak_do_not_count() {
    let mut table = Table::of(server());
    for id in [
        "for encryption",
        "to sign with",
        "for key exchange",
        "for secrets",
        "for curves",
        "private",
        "half private",
        "small exponent",
        "even exponent",
        "short",
        "unknown kind",
        "secret",
        "other curve",
    ] {
        table.case(id, &honest().header("kid", id).sign(&KEYS.unusable), Out("unknown_key"));
    }
    table.finish("unusable keys");
}

/// What is wrong with one key leaves the others alone.
#[test]
fn one_bad_key_does_not_take_the_others_with_it() {
    let rsa = &KEYS.rsa;
    let set = json!({ "keys": [null, 1, [], {}, { "kty": 1 }, { "kty": "RSA" }, { "kty": "EC", "crv": "P-256" }, rsa.jwk()] });
    let server = Running::taking(
        OAuth::issuer(ISSUER).unwrap().audience(AUDIENCE).scopes(Scopes::Ignore).jwks(set.to_string()),
    );
    let mut table = Table::of(&server);
    table.case("the good one", &honest().sign(rsa), In);
    table.finish("a mixed key set");
}

#[test]
fn a_key_set_that_lets_nobody_in_does_not_start() {
    let why = |tokens: OAuth| {
        let server = Server::new(&POLICY).authenticate(tokens).http("127.0.0.1:0");
        server.into_service().err().map(|error| error.to_string()).unwrap_or_default()
    };
    let with = |document: &str| {
        OAuth::issuer(ISSUER).unwrap().audience(AUDIENCE).scopes(Scopes::Ignore).jwks(document)
    };
    let unusable = json!({ "keys": [{ "kty": "oct", "k": "AQAB" }] }).to_string();
    for (document, expected) in [
        ("", "no JSON object"),
        ("[]", "no JSON object"),
        ("{}", "no array `keys`"),
        (r#"{"keys":{}}"#, "no array `keys`"),
        (r#"{"keys":[]}"#, "no key of the key set can be used"),
        (r#"{"keys":[],"keys":[]}"#, "says something twice"),
        (unusable.as_str(), "no key of the key set can be used"),
    ] {
        let said = why(with(document));
        assert!(said.contains(expected) && said.contains(ISSUER), "{document}: {said}");
    }
    let many = json!({ "keys": vec![KEYS.rsa.jwk(); 129] }).to_string();
    assert!(why(with(&many)).contains("more than 128 keys"));
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let nothing = OAuth::issuer(ISSUER)
        .unwrap()
        .scope_prefix("a b")
        .algorithms([])
        .leeway(Duration::from_secs(121))
        .cool_down(Duration::ZERO)
        .key_ttl(Duration::ZERO);
    let error = Server::new(&POLICY).authenticate(nothing).http("127.0.0.1:0").into_service().err().unwrap();
    let said = error.to_string();
    for expected in
        ["`.audience(", "`.scopes(", "no algorithm", "leeway", "cool-down", "is zero", "scope prefix"]
    {
        assert!(said.contains(expected), "{expected}: {said}");
    }
}

#[test]
fn an_issuer_is_encrypted_or_on_this_machine() {
    for issuer in
        ["", "login.example", "http://login.example", "https://a@login.example", "https://login.example?a"]
    {
        assert!(OAuth::issuer(issuer).unwrap_err().to_string().contains("is not an issuer"), "{issuer}");
    }
}

/// Two issuers, each with its own keys.
#[test]
fn a_key_of_one_issuer_signs_nothing_for_another() {
    let other = "https://other.example";
    let keys = json!({ "keys": [KEYS.stranger.jwk()] });
    let second =
        OAuth::issuer(other).unwrap().audience("second").scopes(Scopes::Ignore).jwks(keys.to_string());
    let server = Running::build(|builder| builder.authenticate(tokens()).authenticate(second));
    let mut table = Table::of(&server);
    let of_second = || honest().claim("iss", other).claim("aud", "second");
    table.case("the first's", &honest().sign(&KEYS.rsa), In);
    table.case("the second's", &of_second().sign(&KEYS.stranger), In);
    table.case("the first's key for the second", &of_second().sign(&KEYS.rsa), Out("bad_signature"));
    table.case("the second's key for the first", &honest().sign(&KEYS.stranger), Out("bad_signature"));
    table.case(
        "the first's audience at the second",
        &honest().claim("iss", other).sign(&KEYS.stranger),
        Out("wrong_audience"),
    );
    table.case(
        "a third's",
        &honest().claim("iss", "https://third.example").sign(&KEYS.rsa),
        Out("wrong_issuer"),
    );
    table.finish("two issuers");
}
