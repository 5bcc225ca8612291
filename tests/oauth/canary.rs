//! No token, and no part of one, is in a log line of any library, an error or a `Debug`.

use mcp_rbac::{
    Authenticate, OAuth,
    oauth::{Introspection, Scopes},
};
use serde_json::json;

use crate::support::{Issuer, Reply, Running, Signer, Token, call, leaks, now, watch_for};

const AUDIENCE: &str = "https://records.example/mcp";

#[test]
fn no_part_of_a_token_is_shown_anywhere() {
    let (signer, stranger) = (Signer::p256("key-a"), Signer::p256("key-a"));
    let issuer =
        Issuer::with_keys(&json!({ "keys": [signer.jwk(), { "kty": "oct", "kid": "s", "k": "c4n4ry" }] }));
    let tokens = OAuth::issuer(issuer.url()).unwrap().audience(AUDIENCE).scopes(Scopes::Ignore);
    let mut shown = format!("{tokens:?} {}", tokens.describe());
    let server = Running::build(|builder| builder.authenticate(tokens));
    // what a token says that is nobody's business, in places where it is read
    let honest = || Token::of(&issuer.url(), AUDIENCE).claim("secret", "c4n4ry-cl41m");
    let bad = honest().sign(&signer);
    let (message, signature) = bad.rsplit_once('.').unwrap();
    let presented = [
        honest().sign(&signer),
        honest().sign(&stranger),
        honest().claim("exp", now() - 3600).sign(&signer),
        honest().claim("exp", "c4n4ry-3xp").sign(&signer),
        honest().claim("aud", "c4n4ry-4ud").sign(&signer),
        honest().claim("iss", "c4n4ry-1ss").sign(&signer),
        honest().claim("sub", "c4n4ry-sub\n").sign(&signer),
        honest().claim("cnf", json!({ "jkt": "c4n4ry-jkt" })).sign(&signer),
        honest().header("kid", "c4n4ry-k1d").sign(&signer),
        honest().header("typ", "c4n4ry-typ").sign(&signer),
        honest().header("alg", "c4n4ry-4lg").sign(&signer),
        honest().header("jku", "https://c4n4ry.example/").sign(&signer),
        honest().header("crit", json!(["c4n4ry-cr1t"])).sign(&signer),
        format!("{message}.{}", signature.replace(['a', 'b'], "c")),
        format!("{bad}."),
        format!("{bad}="),
        format!("{message}.{signature}.{signature}.{signature}"),
        "c4n4ry-0p4qu3".to_owned(),
        "c4n4ry.c4n4ry.c4n4ry".to_owned(),
    ];
    let mut secrets: Vec<String> = vec!["c4n4ry".to_owned()];
    for token in &presented {
        // of each part two pieces
        secrets.extend(token.split('.').filter(|part| part.len() > 20).map(|part| part[..20].to_owned()));
        secrets.extend(token.split('.').filter(|part| part.len() > 60).map(|part| part[30..60].to_owned()));
    }
    secrets.sort();
    secrets.dedup();
    watch_for(secrets.clone());
    for token in &presented {
        for tool in ["whoami", "delete_record", "nothing"] {
            let answer = call(server.address, tool, &format!("Bearer {token}"));
            shown.push_str(&format!("{answer:?}\n"));
        }
    }
    // the issuer goes down, and somebody answers in its place
    issuer.reply("/keys", Reply::Document("{\"c4n4ry\": 1".to_owned()));
    let second = OAuth::issuer(issuer.url()).unwrap().audience(AUDIENCE).scopes(Scopes::Ignore);
    let server = Running::taking(second);
    let answer = call(server.address, "whoami", &format!("Bearer {}", presented[0]));
    assert_eq!(answer.status, 503);
    shown.push_str(&format!("{answer:?}\n"));
    // an issuer that is asked, with a secret, about tokens that are known and others
    let known = json!({ "active": true, "sub": "dana", "aud": AUDIENCE, "secret": "c4n4ry-cl41m" });
    issuer.reply("/introspect", Reply::Tokens([("c4n4ry-kn0wn".to_owned(), known)].into()));
    let how =
        Introspection::new(&format!("{}/introspect", issuer.url()), "records", "c4n4ry-s3cr3t").unwrap();
    watch_for(["Y2FuYXJ5".to_owned(), "YzRuNHJ5".to_owned(), "cmVjb3Jkczpj".to_owned()]);
    let asking =
        OAuth::issuer(issuer.url()).unwrap().audience(AUDIENCE).scopes(Scopes::Ignore).introspect(how);
    shown.push_str(&format!("{asking:?}\n"));
    let server = Running::taking(asking);
    for (token, status) in [("c4n4ry-kn0wn", 200), ("c4n4ry-0th3r", 401)] {
        let answer = call(server.address, "about", &format!("Bearer {token}"));
        assert_eq!(answer.status, status, "{answer:?}");
        shown.push_str(&format!("{answer:?}\n"));
    }
    issuer.reply("/introspect", Reply::Status(401));
    assert_eq!(call(server.address, "about", "Bearer c4n4ry-m0r3").status, 503);
    for secret in &secrets {
        let line = shown.lines().find(|line| line.contains(secret.as_str()));
        assert_eq!(line, None, "`{secret}` is shown");
    }
    let (leaks, heard) = leaks();
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
    // the audit, the keys, and what hyper and rmcp have to say
    assert!(heard > 100, "only {heard} events were heard");
}
