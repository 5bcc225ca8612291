//! Tokens that are bound to a key of their holder, and proofs of every kind.

use std::sync::atomic::{AtomicU32, Ordering};

use aws_lc_rs::{digest, hmac};
use mcp_rbac::{
    OAuth,
    oauth::{Algorithm, Introspection},
};
use serde_json::{Value, json};

use crate::{
    support::{Answer, Issuer, Reply, Running, Signer, Table, Token, base64, now, send, sign_texts},
    tokens::{self, KEYS, honest},
};

const ENDPOINT: &str = "https://records.example/mcp";

fn sha256(text: impl AsRef<[u8]>) -> String {
    base64(digest::digest(&digest::SHA256, text.as_ref()))
}

/// The thumbprint of a key, written out as RFC 7638 has it.
fn thumbprint(signer: &Signer) -> String {
    let key = signer.jwk();
    let said = |name: &str| key[name].as_str().unwrap().to_owned();
    sha256(match said("kty").as_str() {
        "RSA" => format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, said("e"), said("n")),
        "EC" => format!(r#"{{"crv":"{}","kty":"EC","x":"{}","y":"{}"}}"#, said("crv"), said("x"), said("y")),
        _ => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, said("x")),
    })
}

/// A token that is bound to this key.
fn bound(holder: &Signer) -> String {
    honest().claim("cnf", json!({ "jkt": thumbprint(holder) })).sign(&KEYS.p256)
}

/// An honest proof for a request with this token; each has an id of its own.
fn proof(holder: &Signer, token: &str) -> Token {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let mut key = holder.jwk();
    key.as_object_mut().unwrap().remove("kid");
    Token {
        header: json!({ "typ": "dpop+jwt", "alg": holder.algorithm(), "jwk": key }),
        claims: json!({
            "jti": format!("proof-{}", NUMBER.fetch_add(1, Ordering::SeqCst)), "htm": "POST", "htu": ENDPOINT,
            "iat": now(), "ath": sha256(token),
        }),
    }
}

fn ask(server: &Running, authorization: &str, proofs: &[&str]) -> Answer {
    let proofs: String = proofs.iter().map(|proof| format!("\r\nDPoP: {proof}")).collect();
    let head = format!(
        "POST /mcp HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nAccept: application/json, \
         text/event-stream\r\nAuthorization: {authorization}{proofs}",
        server.address
    );
    let params = json!({ "name": "whoami", "arguments": {} });
    let body = json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params });
    send(server.address, &head, &body.to_string())
}

fn proven(server: &Running, token: &str, proof: &str) -> Answer {
    ask(server, &format!("DPoP {token}"), &[proof])
}

fn tokens() -> OAuth {
    tokens::tokens().dpop(ENDPOINT).unwrap()
}

#[test]
fn a_bound_token_is_good_with_a_proof_of_every_algorithm() {
    let server = Running::taking(tokens());
    for holder in [Signer::p256("h"), Signer::p384("h"), Signer::ed25519("h"), Signer::rsa("h")] {
        let token = bound(&holder);
        // anew and remembered
        for _ in 0..3 {
            let answer = proven(&server, &token, &proof(&holder, &token).sign_as_is(&holder));
            assert_eq!(answer.status, 200, "{}: {answer:?} {}", holder.algorithm(), answer.reason());
        }
        assert_eq!(
            ask(&server, &format!("dpop {token}"), &[&proof(&holder, &token).sign_as_is(&holder)]).status,
            200
        );
    }
}

#[test]
fn proofs_of_every_kind() {
    let server = Running::taking(tokens());
    let (holder, thief) = (Signer::p256("h"), Signer::p256("t"));
    let token = bound(&holder);
    let honest = || proof(&holder, &token);
    let mut private = holder.jwk();
    private["d"] = json!("AQAB");
    let mut table = Table::of(&server);
    let mut case = |name: &str, proof: String, reason: &str| {
        let answer = proven(&server, &token, &proof);
        let expected =
            if reason.is_empty() { (200, String::new()) } else { (401, format!("token bad_proof {reason}")) };
        let found = (answer.status, answer.reason());
        table.check(name, (found != expected).then(|| format!("{found:?} instead of {expected:?}")));
    };
    let by_holder = |proof: Token| proof.sign_as_is(&holder);
    case("honest", by_holder(honest()), "");
    case("type in capitals", by_holder(honest().header("typ", "DPoP+JWT")), "");
    case("a query", by_holder(honest().claim("htu", format!("{ENDPOINT}?a=b"))), "");
    case("a fragment", by_holder(honest().claim("htu", format!("{ENDPOINT}#a"))), "");
    case("the default port", by_holder(honest().claim("htu", "https://records.example:443/mcp")), "");
    case("a host in capitals", by_holder(honest().claim("htu", "HTTPS://Records.Example/mcp")), "");
    case("fifty seconds old", by_holder(honest().claim("iat", now() - 50)), "");
    case("a fraction of a second", by_holder(honest().claim("iat", now() as f64 - 0.5)), "");
    case("more claims", by_holder(honest().claim("nonce", "x")), "");

    case("no proof", "x".to_owned(), "form");
    case("empty parts", "..".to_owned(), "form");
    case("padded", format!("{}=", by_holder(honest())), "form");
    case("encrypted", "a.b.c.d.e".to_owned(), "form");
    case(
        "claims twice",
        sign_texts(
            honest().header.to_string(),
            format!("{{\"jti\":\"a\",{}", &honest().claims.to_string()[1..]),
            &holder,
        ),
        "form",
    );
    case("too large", by_holder(honest().claim("more", "x".repeat(8000))), "too_large");
    case("unsigned", format!("{}.", by_holder(honest()).rsplit_once('.').unwrap().0), "signature");
    case("signed by another", honest().sign_as_is(&thief), "signature");
    case("the key of another", proof(&thief, &token).sign_as_is(&thief), "key");
    case("a private key", by_holder(honest().header("jwk", private)), "key");
    case("no key", by_holder(honest().without_header("jwk")), "key");
    case("a key elsewhere", by_holder(honest().without_header("jwk").header("kid", "p256")), "key");
    case(
        "a key of another kind",
        by_holder(honest().header("jwk", json!({ "kty": "oct", "k": "AQAB" }))),
        "key",
    );
    case("a key that is a text", by_holder(honest().header("jwk", "x")), "key");
    case("an access token", token.clone(), "typ");
    case("no type", by_holder(honest().without_header("typ")), "typ");
    case("type of a JWT", by_holder(honest().header("typ", "JWT")), "typ");
    case("alg none", by_holder(honest().header("alg", "none")), "alg");
    case("alg of another kind", by_holder(honest().header("alg", "RS256")), "alg");
    case("alg is unknown", by_holder(honest().header("alg", "ES256K")), "alg");
    case("no alg", by_holder(honest().without_header("alg")), "alg");
    let hs = honest().header("alg", "HS256");
    let message = format!("{}.{}", base64(hs.header.to_string()), base64(hs.claims.to_string()));
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &holder.public_der()), message.as_bytes());
    case("HS256 with the public key", format!("{message}.{}", base64(signature)), "alg");
    case("crit", by_holder(honest().header("crit", json!(["b64"]))), "header");
    for (method, value) in [
        ("GET", json!("GET")),
        ("small", json!("post")),
        ("with more", json!("POST ")),
        ("an array", json!(["POST"])),
    ] {
        case(&format!("method {method}"), by_holder(honest().claim("htm", value)), "htm");
    }
    case("no method", by_holder(honest().without("htm")), "htm");
    for url in [
        "http://records.example/mcp",
        "https://records.example/",
        "https://records.example/mcp/",
        "https://records.example/MCP",
        "https://records.example:8443/mcp",
        "https://other.example/mcp",
        "https://a@records.example/mcp",
        "/mcp",
        "x",
        "https://records.example.evil.example/mcp",
        "https://records.example/mcp%2f",
    ] {
        case(&format!("url {url}"), by_holder(honest().claim("htu", url)), "htu");
    }
    case("no url", by_holder(honest().without("htu")), "htu");
    case("url is an array", by_holder(honest().claim("htu", json!([ENDPOINT]))), "htu");
    for (name, value) in [
        ("two minutes old", json!(now() - 120)),
        ("of the next minute", json!(now() + 60)),
        ("a text", json!(now().to_string())),
        ("negative", json!(-1)),
        ("in milliseconds", json!(now() * 1000)),
        ("null", Value::Null),
        ("zero", json!(0)),
    ] {
        case(name, by_holder(honest().claim("iat", value)), "iat");
    }
    case("no time", by_holder(honest().without("iat")), "iat");
    case("for another token", by_holder(honest().claim("ath", sha256("x"))), "ath");
    case("the hash padded", by_holder(honest().claim("ath", format!("{}=", sha256(&token)))), "ath");
    case("no hash", by_holder(honest().without("ath")), "ath");
    case("no id", by_holder(honest().without("jti")), "jti");
    case("an empty id", by_holder(honest().claim("jti", "")), "jti");
    case("an id that is a number", by_holder(honest().claim("jti", 1)), "jti");
    case("a long id", by_holder(honest().claim("jti", "x".repeat(257))), "jti");
    let once = by_holder(honest());
    case("used once", once.clone(), "");
    case("used twice", once.clone(), "replayed");
    case(
        "used twice under another signature",
        by_holder(Token { header: honest().header, claims: honest().claim("jti", "same").claims }),
        "",
    );
    case("the same id again", by_holder(honest().claim("jti", "same").claim("iat", now() - 1)), "replayed");
    table.finish("proofs");
    // none, and two
    for (proofs, reason) in [(vec![], "missing"), (vec![by_holder(honest()), by_holder(honest())], "several")]
    {
        let proofs: Vec<&str> = proofs.iter().map(String::as_str).collect();
        let answer = ask(&server, &format!("DPoP {token}"), &proofs);
        assert_eq!((answer.status, answer.reason()), (401, format!("token bad_proof {reason}")));
    }
}

#[test]
fn a_token_goes_with_the_scheme_that_it_is_made_for() {
    let holder = Signer::p256("h");
    let (bound, free) = (bound(&holder), honest().sign(&KEYS.p256));
    let (of_bound, of_free) =
        (|| proof(&holder, &bound).sign_as_is(&holder), || proof(&holder, &free).sign_as_is(&holder));
    let server = Running::taking(tokens());
    let found = |answer: Answer| (answer.status, answer.reason());
    let refused = |reason: &str| (401, format!("token {reason}"));
    assert_eq!(found(ask(&server, &format!("Bearer {free}"), &[])), (200, String::new()));
    // stolen: without a proof, with one that is ignored, and remembered from an honest request
    assert_eq!(found(ask(&server, &format!("Bearer {bound}"), &[])), refused("bound_to_key"));
    assert_eq!(found(ask(&server, &format!("DPoP {bound}"), &[&of_bound()])), (200, String::new()));
    assert_eq!(found(ask(&server, &format!("Bearer {bound}"), &[])), refused("bound_to_key"));
    assert_eq!(found(ask(&server, &format!("Bearer {bound}"), &[&of_bound()])), refused("bound_to_key"));
    assert_eq!(found(ask(&server, &format!("DPoP {bound}"), &[])), refused("bad_proof missing"));
    assert_eq!(found(ask(&server, &format!("DPoP {free}"), &[&of_free()])), refused("not_bound"));
    // bound to something else, or to more
    for cnf in [
        json!({ "x5t#S256": "x" }),
        json!({ "jkt": thumbprint(&holder), "x5t#S256": "x" }),
        json!({ "jkt": 1 }),
        json!({}),
        json!("x"),
        Value::Null,
    ] {
        let token = honest().claim("cnf", cnf.clone()).sign(&KEYS.p256);
        let answer = ask(&server, &format!("DPoP {token}"), &[&proof(&holder, &token).sign_as_is(&holder)]);
        assert_eq!(found(answer), refused("bound_to_key"), "{cnf}");
    }
    // where nothing else is taken
    let server = Running::taking(tokens::tokens().dpop_only(ENDPOINT).unwrap());
    assert_eq!(found(ask(&server, &format!("Bearer {free}"), &[])), refused("not_bound"));
    assert_eq!(found(ask(&server, &format!("DPoP {bound}"), &[&of_bound()])), (200, String::new()));
    // and where no proof is understood
    let server = Running::taking(tokens::tokens());
    let answer = ask(&server, &format!("DPoP {bound}"), &[&of_bound()]);
    assert_eq!(answer.status, 401);
    assert_eq!(found(ask(&server, &format!("Bearer {bound}"), &[&of_bound()])), refused("bound_to_key"));
}

#[test]
fn a_client_is_told_that_proofs_are_taken() {
    let challenges = |tokens: OAuth| {
        let server = Running::taking(tokens.algorithms([Algorithm::Es256, Algorithm::EdDsa]));
        let answer = ask(&server, "Bearer x", &[]);
        let challenges: Vec<String> = answer
            .head
            .lines()
            .filter_map(|line| line.strip_prefix("www-authenticate: "))
            .map(|value| value.split(", resource_metadata").next().unwrap().to_owned())
            .collect();
        let metadata = send(
            server.address,
            &format!("GET /.well-known/oauth-protected-resource/mcp HTTP/1.1\r\nHost: {}", server.address),
            "",
        );
        (challenges, metadata.json())
    };
    let bearer = "Bearer error=\"invalid_token\"".to_owned();
    let dpop = "DPoP algs=\"ES256 EdDSA\", error=\"invalid_token\"".to_owned();
    let (said, metadata) = challenges(tokens());
    assert_eq!(said, [bearer.clone(), dpop.clone()]);
    assert_eq!(metadata["dpop_signing_alg_values_supported"], json!(["ES256", "EdDSA"]));
    assert_eq!(metadata.get("dpop_bound_access_tokens_required"), None);
    let (said, metadata) = challenges(tokens::tokens().dpop_only(ENDPOINT).unwrap());
    assert_eq!(said, [dpop]);
    assert_eq!(metadata["dpop_bound_access_tokens_required"], true);
    let (said, metadata) = challenges(tokens::tokens());
    assert_eq!(said, [bearer]);
    assert_eq!(metadata.get("dpop_signing_alg_values_supported"), None);
}

/// What an issuer says about an opaque token binds it as well.
#[test]
fn an_opaque_token_is_bound_as_its_issuer_says() {
    let holder = Signer::p256("h");
    let issuer = Issuer::start();
    let answer = json!({
        "active": true, "aud": ENDPOINT, "sub": "alice", "token_type": "DPoP", "exp": now() + 300,
        "cnf": { "jkt": thumbprint(&holder) },
    });
    issuer.reply("/introspect", Reply::Tokens([("opaque".to_owned(), answer)].into()));
    let how = Introspection::new(&format!("{}/introspect", issuer.url()), "records", "secret").unwrap();
    let asking = OAuth::issuer(issuer.url())
        .unwrap()
        .audience(ENDPOINT)
        .scopes(mcp_rbac::oauth::Scopes::Ignore)
        .introspect(how)
        .dpop(ENDPOINT)
        .unwrap();
    let server = Running::taking(asking);
    assert_eq!(ask(&server, "Bearer opaque", &[]).reason(), "token bound_to_key");
    let one = proof(&holder, "opaque").sign_as_is(&holder);
    assert_eq!(proven(&server, "opaque", &one).status, 200);
    assert_eq!(proven(&server, "opaque", &one).reason(), "token bad_proof replayed");
    assert_eq!(proven(&server, "opaque", &proof(&holder, "opaque").sign_as_is(&holder)).status, 200);
}

#[test]
fn proofs_are_for_an_endpoint_that_clients_can_use() {
    for url in [
        "",
        "/mcp",
        "http://records.example/mcp",
        "https://records.example/mcp?a",
        "https://records.example/mcp#a",
    ] {
        assert!(tokens::tokens().dpop(url).is_err(), "{url}");
    }
}
