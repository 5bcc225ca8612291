//! What a server may ask for beyond the least.

use mcp_rbac::oauth::Algorithm;
use serde_json::json;

use super::{KEYS, honest, tokens};
use crate::support::{
    Running, Table,
    Want::{In, Out},
};

#[test]
fn the_profile_for_access_tokens_is_enforced_where_it_is_asked_for() {
    let rsa = &KEYS.rsa;
    let server = Running::taking(tokens().at_jwt_only());
    let mut table = Table::of(&server);
    let t = &mut table;
    for (kind, want) in [
        ("at+jwt", In),
        ("At+JWT", In),
        ("application/at+jwt", In),
        ("JWT", Out("wrong_type")),
        ("application/jwt", Out("wrong_type")),
        ("at+jwt2", Out("wrong_type")),
        ("application/x-at+jwt", Out("wrong_type")),
    ] {
        t.case(&format!("typ `{kind}`"), &honest().header("typ", kind).sign(rsa), want);
    }
    t.case("no typ", &honest().without_header("typ").sign(rsa), Out("wrong_type"));
    for (claim, reason) in [
        ("client_id", "missing_claim client_id"),
        ("iat", "missing_claim iat"),
        ("jti", "missing_claim jti"),
        ("sub", "missing_claim sub"),
        ("aud", "missing_claim aud"),
        ("exp", "missing_claim exp"),
    ] {
        t.case(&format!("no {claim}"), &honest().without(claim).sign(rsa), Out(reason));
    }
    table.finish("RFC 9068");
}

#[test]
fn claims_that_are_asked_for_have_to_be_there() {
    let rsa = &KEYS.rsa;
    let server = Running::taking(tokens().require("tenant").require_value("token_use", "access"));
    let mut table = Table::of(&server);
    let t = &mut table;
    let good = || honest().claim("tenant", 7).claim("token_use", "access");
    t.case("both", &good().sign(rsa), In);
    t.case("no tenant", &good().without("tenant").sign(rsa), Out("missing_claim tenant"));
    t.case("no token_use", &good().without("token_use").sign(rsa), Out("missing_claim token_use"));
    for (name, value) in [
        ("another", json!("id")),
        ("longer", json!("access ")),
        ("in capitals", json!("Access")),
        ("an array", json!(["access"])),
        ("null", json!(null)),
    ] {
        let token = good().claim("token_use", value).sign(rsa);
        t.case(&format!("token_use is {name}"), &token, Out("bad_claim token_use"));
    }
    table.finish("required claims");
}

#[test]
fn clients_that_are_not_named_are_refused() {
    let rsa = &KEYS.rsa;
    let server = Running::taking(tokens().clients(["inspector", "desktop"]));
    let mut table = Table::of(&server);
    let t = &mut table;
    t.case("one", &honest().sign(rsa), In);
    t.case("the other", &honest().claim("client_id", "desktop").sign(rsa), In);
    t.case("the other, as azp", &honest().without("client_id").claim("azp", "desktop").sign(rsa), In);
    t.case("a stranger", &honest().claim("client_id", "evil").sign(rsa), Out("client_not_allowed"));
    t.case(
        "a stranger with a known azp",
        &honest().claim("client_id", "evil").claim("azp", "desktop").sign(rsa),
        Out("client_not_allowed"),
    );
    t.case("nobody", &honest().without("client_id").sign(rsa), Out("missing_claim client_id"));
    t.case("in capitals", &honest().claim("client_id", "Inspector").sign(rsa), Out("client_not_allowed"));
    table.finish("clients");
}

#[test]
fn algorithms_that_are_not_named_are_refused() {
    let keys = &*KEYS;
    let server = Running::taking(tokens().algorithms([Algorithm::Es256]));
    let mut table = Table::of(&server);
    table.case("ES256", &honest().sign(&keys.p256), In);
    for signer in [&keys.rsa, &keys.p384, &keys.ed25519] {
        table.case(signer.algorithm(), &honest().sign(signer), Out("algorithm_not_allowed"));
    }
    table.finish("algorithms");
}
