//! Tokens that say nothing by themselves: the issuer is asked.

use std::{
    collections::HashMap,
    thread,
    time::{Duration, Instant},
};

use mcp_rbac::{
    OAuth, Server,
    oauth::{Introspection, Scopes, claim},
};
use serde_json::{Value, json};

use crate::{
    rbac::POLICY,
    support::{Answer, Issuer, Reply, Running, Signer, Table, Token, call, now},
};

const AUDIENCE: &str = "https://records.example/mcp";
const PATH: &str = "/introspect";

fn asking(issuer: &Issuer) -> Introspection {
    Introspection::new(&format!("{}{PATH}", issuer.url()), "records", "s3cr&t +").unwrap()
}

fn tokens(issuer: &Issuer) -> OAuth {
    OAuth::issuer(issuer.url())
        .unwrap()
        .audience(AUDIENCE)
        .scopes(Scopes::Limit)
        .roles(claim("roles").by_name())
        .introspect(asking(issuer))
}

/// What an honest issuer says.
fn active(issuer: &Issuer) -> Value {
    json!({
        "active": true, "iss": issuer.url(), "aud": AUDIENCE, "sub": "alice", "client_id": "inspector",
        "token_type": "Bearer", "scope": "read_data", "roles": ["admin"], "iat": now(), "exp": now() + 300,
    })
}

fn with(mut answer: Value, name: &str, value: Value) -> Value {
    answer[name] = value;
    answer
}

fn without(mut answer: Value, name: &str) -> Value {
    answer.as_object_mut().unwrap().remove(name);
    answer
}

fn knows(issuer: &Issuer, tokens: impl IntoIterator<Item = (String, Value)>) {
    issuer.reply(PATH, Reply::Tokens(tokens.into_iter().collect::<HashMap<_, _>>()));
}

fn ask(server: &Running, tool: &str, token: &str) -> Answer {
    call(server.address, tool, &format!("Bearer {token}"))
}

#[test]
fn what_the_issuer_says_has_to_be_as_good_as_a_token() {
    let issuer = Issuer::start();
    let good = active(&issuer);
    let cases: Vec<(&str, Value, &str)> = vec![
        ("good", good.clone(), ""),
        ("no issuer", without(good.clone(), "iss"), ""),
        ("no exp", without(good.clone(), "exp"), ""),
        ("no type", without(good.clone(), "token_type"), ""),
        ("type in capitals", with(good.clone(), "token_type", json!("BEARER")), ""),
        ("not active", json!({ "active": false }), "token not_active"),
        ("not active, with claims", with(good.clone(), "active", json!(false)), "token not_active"),
        ("active as a text", with(good.clone(), "active", json!("true")), "unavailable"),
        ("active as a number", with(good.clone(), "active", json!(1)), "unavailable"),
        ("active is missing", without(good.clone(), "active"), "unavailable"),
        ("another issuer", with(good.clone(), "iss", json!("https://evil.example")), "token wrong_issuer"),
        ("issuer is an array", with(good.clone(), "iss", json!([issuer.url()])), "token bad_claim iss"),
        (
            "another audience",
            with(good.clone(), "aud", json!("https://other.example")),
            "token wrong_audience",
        ),
        ("no audience", without(good.clone(), "aud"), "token missing_claim aud"),
        ("no subject", without(good.clone(), "sub"), "token missing_claim sub"),
        ("over", with(good.clone(), "exp", json!(now() - 3600)), "token expired"),
        ("exp is a text", with(good.clone(), "exp", json!("1")), "token bad_claim exp"),
        ("not yet", with(good.clone(), "nbf", json!(now() + 3600)), "token not_yet_valid"),
        (
            "a refresh token",
            with(good.clone(), "token_type", json!("refresh_token")),
            "token not_an_access_token",
        ),
        ("bound", with(good.clone(), "cnf", json!({ "jkt": "x" })), "token bound_to_key"),
        ("roles of another type", with(good.clone(), "roles", json!("admin")), "token bad_claim roles"),
        ("scope of another type", with(good.clone(), "scope", json!(["read_data"])), "token bad_claim scope"),
    ];
    knows(
        &issuer,
        cases.iter().enumerate().map(|(at, (_, answer, _))| (format!("token-{at}"), answer.clone())),
    );
    let server = Running::taking(tokens(&issuer));
    let mut table = Table::of(&server);
    for (at, (name, _, reason)) in cases.iter().enumerate() {
        let answer = ask(&server, "whoami", &format!("token-{at}"));
        let status = match *reason {
            "" => 200,
            "unavailable" => 503,
            _ => 401,
        };
        let right = answer.status == status && answer.reason() == *reason;
        table.check(name, (!right).then(|| format!("{answer:?} {}", answer.reason())));
    }
    table.finish("answers");
    // roles and scopes as of any token
    let refused = ask(&server, "delete_record", "token-0");
    assert_eq!((refused.status, refused.challenge("scope")), (403, Some("delete_data")));
    assert_eq!(ask(&server, "get_record", "token-0").status, 200);
    assert_eq!(
        ask(&server, "whoami", "token-0").tool_text(),
        format!("oauth {} alice inspector admin", issuer.url())
    );
}

#[test]
fn the_issuer_is_asked_as_the_standard_says() {
    let issuer = Issuer::start();
    knows(&issuer, [("opaque".to_owned(), active(&issuer))]);
    let server = Running::taking(tokens(&issuer));
    assert_eq!(ask(&server, "whoami", "opaque").status, 200);
    let (head, body) = issuer.posted().remove(0);
    assert!(head.starts_with("POST /introspect HTTP/1.1\r\n"), "{head}");
    let head = head.to_ascii_lowercase();
    assert!(head.contains("content-type: application/x-www-form-urlencoded\r\n"), "{head}");
    // `records:s3cr%26t+%2B`
    assert!(head.contains("authorization: basic cmvjb3jkczpzm2nyjti2dcslmki=\r\n"), "{head}");
    assert_eq!(body, "token=opaque&token_type_hint=access_token");

    let issuer = Issuer::start();
    knows(&issuer, [("opaque".to_owned(), active(&issuer))]);
    let server = Running::taking(tokens(&issuer).introspect(asking(&issuer).secret_in_body()));
    assert_eq!(ask(&server, "whoami", "opaque").status, 200);
    let (head, body) = issuer.posted().remove(0);
    assert!(!head.to_ascii_lowercase().contains("authorization"), "{head}");
    assert_eq!(
        body,
        "token=opaque&token_type_hint=access_token&client_id=records&client_secret=s3cr%26t+%2B"
    );
}

#[test]
fn an_answer_is_believed_for_a_while_and_never_beyond_the_end() {
    let issuer = Issuer::start();
    let short = with(active(&issuer), "exp", json!(now() + 3));
    knows(&issuer, [("long".to_owned(), active(&issuer)), ("short".to_owned(), short)]);
    let server = Running::taking(tokens(&issuer).leeway(Duration::ZERO));
    for _ in 0..20 {
        assert_eq!(ask(&server, "whoami", "long").status, 200);
        assert_eq!(ask(&server, "whoami", "none").status, 401);
    }
    assert_eq!(issuer.count(PATH), 2);
    let began = Instant::now();
    while ask(&server, "whoami", "short").status == 200 {
        assert!(began.elapsed() < Duration::from_secs(8), "it goes on for too long");
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(ask(&server, "whoami", "short").reason(), "token expired");
    assert_eq!(issuer.count(PATH), 3);
}

#[test]
fn many_requests_with_one_token_ask_once() {
    let issuer = Issuer::start();
    issuer.reply(PATH, Reply::Late(Duration::from_millis(300), active(&issuer).to_string()));
    let server = Running::taking(tokens(&issuer));
    thread::scope(|scope| {
        let asked: Vec<_> =
            (0..32).map(|_| scope.spawn(|| ask(&server, "whoami", "opaque").status)).collect();
        for answer in asked {
            assert_eq!(answer.join().unwrap(), 200);
        }
    });
    assert_eq!(issuer.count(PATH), 1);
}

#[test]
fn an_issuer_that_cannot_be_asked_lets_nobody_in() {
    let elsewhere = Issuer::start();
    for (name, reply) in [
        ("500", Reply::Status(500)),
        ("401", Reply::Status(401)),
        ("404", Reply::Status(404)),
        ("204", Reply::Status(204)),
        ("nothing", Reply::Nothing),
        ("stuck", Reply::Stuck),
        ("endless", Reply::Endless),
        ("late", Reply::Late(Duration::from_secs(3), "{\"active\":true}".to_owned())),
        ("no JSON", Reply::Document("<html>".to_owned())),
        ("an array", Reply::Document("[true]".to_owned())),
        ("active twice", Reply::Document("{\"active\":false,\"active\":true}".to_owned())),
        ("elsewhere", Reply::Redirect(format!("{}/introspect", elsewhere.url()))),
    ] {
        let issuer = Issuer::start();
        issuer.reply(PATH, reply);
        let server = Running::taking(tokens(&issuer).fetch_deadline(Duration::from_millis(700)));
        let began = Instant::now();
        let answer = ask(&server, "whoami", "opaque");
        assert_eq!((answer.status, answer.header("www-authenticate")), (503, None), "{name}: {answer:?}");
        assert!(answer.header("retry-after").is_some(), "{name}");
        assert!(began.elapsed() < Duration::from_secs(2), "{name}: {:?}", began.elapsed());
    }
    // a secret goes where it was sent, and nowhere else
    assert_eq!(elsewhere.total(), 0);
}

/// Texts that are no tokens are not asked about, and JWTs neither.
#[test]
fn only_what_looks_like_a_token_is_asked_about() {
    let signer = Signer::p256("a");
    let issuer = Issuer::with_keys(&json!({ "keys": [signer.jwk()] }));
    knows(&issuer, []);
    let server = Running::taking(tokens(&issuer));
    let own = Token::of(&issuer.url(), AUDIENCE).claim("roles", json!(["admin"])).claim("scope", "read_data");
    assert_eq!(ask(&server, "get_record", &own.clone().sign(&signer)).status, 200);
    assert_eq!(
        ask(&server, "get_record", &own.clone().claim("exp", 1).sign(&signer)).reason(),
        "token expired"
    );
    assert_eq!(
        ask(&server, "get_record", &own.claim("iss", "https://other.example").sign(&signer)).reason(),
        "token wrong_issuer"
    );
    for text in ["a b", "a,b", "a\"b", "=", "==", "a=b", "ä", "{}", &"x".repeat(4097)] {
        assert!(matches!(ask(&server, "whoami", text).status, 400 | 401), "{text:.10}");
    }
    assert_eq!(issuer.count(PATH), 0);
    for text in ["a", "a=", "a.b", "a.b.c", "a.b.c.d.e", "-._~+/", "mcprbac_x"] {
        assert_eq!(ask(&server, "whoami", text).reason(), "token not_active", "{text}");
    }
    assert_eq!(issuer.count(PATH), 7);
}

#[test]
fn a_secret_is_sent_encrypted_or_on_this_machine() {
    for url in ["", "http://login.example/introspect", "https://a@login.example/", "ftp://127.0.0.1/"] {
        let error = Introspection::new(url, "records", "secret").unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    let how = Introspection::new("https://login.example/introspect", "records", "s3cr3t").unwrap();
    assert!(!format!("{how:?}").contains("s3cr3t"));
    let issuer = Issuer::start();
    let server = Server::new(&POLICY).authenticate(tokens(&issuer));
    assert!(!format!("{:?}", server.build().unwrap()).contains("s3cr"));
    assert!(!format!("{:?}", tokens(&issuer)).contains("s3cr"));
}
