//! What the claims about issuer and holder can be.

use serde_json::{Value, json};

use super::{ISSUER, KEYS, honest, server};
use crate::support::{
    Table,
    Want::{In, Out},
    call,
};

#[test]
fn issuers_and_holders_of_every_kind() {
    let rsa = &KEYS.rsa;
    let mut table = Table::of(server());
    let t = &mut table;
    for issuer in [
        "https://login.example/realm/",
        "https://login.example/Realm",
        "https://LOGIN.example/realm",
        "HTTPS://login.example/realm",
        "http://login.example/realm",
        "https://login.example:443/realm",
        "https://login.example/realm?",
        "https://login.example/realm#",
        "https://login.example/realm2",
        "https://login.example/./realm",
        "https://login.example/rea%6cm",
        "https://login.example",
        "https://login.example.evil.example/realm",
        "https://evil.example/https://login.example/realm",
        "https://login.example/realm ",
        " https://login.example/realm",
        "https://login.example/realm\0",
        "https://login.exаmple/realm",
        "login.example/realm",
        "",
    ] {
        t.case(
            &format!("iss `{}`", issuer.escape_debug()),
            &honest().claim("iss", issuer).sign(rsa),
            Out("wrong_issuer"),
        );
    }
    let names = [
        ("an array", json!([ISSUER])),
        ("a number", json!(1)),
        ("null", Value::Null),
        ("an object", json!({ "iss": ISSUER })),
        ("true", json!(true)),
    ];
    for (name, value) in &names {
        t.case(
            &format!("iss is {name}"),
            &honest().claim("iss", value.clone()).sign(rsa),
            Out("wrong_issuer"),
        );
        t.case(
            &format!("sub is {name}"),
            &honest().claim("sub", value.clone()).sign(rsa),
            Out("bad_claim sub"),
        );
        t.case(
            &format!("client_id is {name}"),
            &honest().claim("client_id", value.clone()).sign(rsa),
            Out("bad_claim client_id"),
        );
        t.case(
            &format!("jti is {name}"),
            &honest().claim("jti", value.clone()).sign(rsa),
            Out("bad_claim jti"),
        );
    }
    t.case("no iss", &honest().without("iss").sign(rsa), Out("wrong_issuer"));
    t.case("no sub", &honest().without("sub").sign(rsa), Out("missing_claim sub"));
    for (name, subject) in [
        ("empty", String::new()),
        ("a NUL", "alice\0".to_owned()),
        ("a line", "alice\nroot".to_owned()),
        ("an escape", "\u{1b}[2J".to_owned()),
        ("a delete", "alice\u{7f}".to_owned()),
        ("too long", "a".repeat(257)),
    ] {
        t.case(&format!("sub is {name}"), &honest().claim("sub", subject).sign(rsa), Out("bad_claim sub"));
    }
    t.case("sub is as long as it may be", &honest().claim("sub", "a".repeat(256)).sign(rsa), In);
    t.case("sub is in another script", &honest().claim("sub", "алиса 😀").sign(rsa), In);
    t.case("no client", &honest().without("client_id").sign(rsa), In);
    t.case("azp is a number", &honest().claim("azp", 1).sign(rsa), Out("bad_claim azp"));
    t.case("azp besides client_id", &honest().claim("azp", "other").sign(rsa), In);
    // tokens that are made for something else
    for claim in ["at_hash", "c_hash", "s_hash", "events"] {
        t.case(&format!("with {claim}"), &honest().claim(claim, "x").sign(rsa), Out("not_an_access_token"));
    }
    // bound to a key, which nobody has proven to have
    for (name, value) in [
        ("cnf with jkt", json!({ "jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" })),
        ("cnf with x5t#S256", json!({ "x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2" })),
        ("cnf with jwk", json!({ "jwk": KEYS.rsa.jwk() })),
        ("cnf with kid", json!({ "kid": "rsa" })),
        ("cnf empty", json!({})),
        ("cnf null", Value::Null),
        ("cnf a text", json!("x")),
    ] {
        t.case(name, &honest().claim("cnf", value).sign(rsa), Out("bound_to_key"));
    }
    table.finish("issuer and holder");
}

#[test]
fn the_holder_is_who_the_token_says() {
    let who = |token: &str| call(server().address, "whoami", &format!("Bearer {token}")).tool_text();
    let rsa = &KEYS.rsa;
    assert_eq!(who(&honest().sign(rsa)), format!("oauth {ISSUER} alice inspector "));
    let token = |client: &str| honest().without("client_id").claim(client, "c").sign(rsa);
    for client in ["azp", "cid", "appid"] {
        assert_eq!(who(&token(client)), format!("oauth {ISSUER} alice c "), "{client}");
    }
    assert_eq!(who(&honest().without("client_id").sign(rsa)), format!("oauth {ISSUER} alice - "));
    assert_eq!(
        who(&honest().claim("azp", "b").claim("cid", "d").sign(rsa)),
        format!("oauth {ISSUER} alice inspector ")
    );
    // what a token says besides gives no role
    let boast = honest().claim("roles", json!(["admin"])).claim("scope", "delete_data").claim("admin", true);
    let answer = call(server().address, "delete_record", &format!("Bearer {}", boast.sign(rsa)));
    assert_eq!(answer.status, 403, "{answer:?}");
}
