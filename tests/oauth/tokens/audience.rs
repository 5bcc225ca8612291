//! Who a token can be for.

use serde_json::{Value, json};

use super::{AUDIENCE, KEYS, honest, server, tokens};
use crate::support::{
    Running, Table,
    Want::{In, Out},
};

#[test]
fn audiences_of_every_kind() {
    let rsa = &KEYS.rsa;
    let mut table = Table::of(server());
    let t = &mut table;
    for (name, value, want) in [
        ("the one", json!(AUDIENCE), In),
        ("an array with it", json!([AUDIENCE]), In),
        ("an array with it and others", json!(["https://a.example", AUDIENCE, "account"]), In),
        ("an array with it twice", json!([AUDIENCE, AUDIENCE]), In),
        ("an empty array", json!([]), Out("wrong_audience")),
        ("an array of arrays", json!([[AUDIENCE]]), Out("bad_claim aud")),
        ("an array with a number", json!([AUDIENCE, 1]), Out("bad_claim aud")),
        ("an array with null", json!([null, AUDIENCE]), Out("bad_claim aud")),
        ("an array with an object", json!([{ "aud": AUDIENCE }]), Out("bad_claim aud")),
        ("an object", json!({ "0": AUDIENCE }), Out("bad_claim aud")),
        ("a number", json!(1), Out("bad_claim aud")),
        ("null", Value::Null, Out("bad_claim aud")),
        ("true", json!(true), Out("bad_claim aud")),
    ] {
        t.case(&format!("aud is {name}"), &honest().claim("aud", value).sign(rsa), want);
    }
    t.case("no aud", &honest().without("aud").sign(rsa), Out("missing_claim aud"));
    t.case(
        "no aud, but a resource",
        &honest().without("aud").claim("resource", AUDIENCE).sign(rsa),
        Out("missing_claim aud"),
    );
    for name in [
        "",
        "https://records.example",
        "https://records.example/",
        "https://records.example/mc",
        "https://records.example/mcp/",
        "https://records.example/mcp2",
        "https://records.example/mcp?",
        "https://records.example/mcp#",
        "https://records.example:443/mcp",
        "https://records.example:8443/mcp",
        "http://records.example/mcp",
        "HTTPS://records.example/mcp",
        "https://RECORDS.example/mcp",
        "https://records.example/MCP",
        "https://records.example/%6dcp",
        "https://other.example/mcp",
        "https://evil.example/?https://records.example/mcp",
        "https://records.example/mcp https://other.example",
        "records.example/mcp",
        " https://records.example/mcp",
        "https://records.example/mcp\0",
        "https://rеcords.example/mcp",
        "api",
        "account",
        "inspector",
        "*",
    ] {
        t.case(
            &format!("aud `{}`", name.escape_debug()),
            &honest().claim("aud", name).sign(rsa),
            Out("wrong_audience"),
        );
    }
    table.finish("audience");
}

#[test]
fn a_server_with_several_names_takes_each() {
    let server = Running::taking(tokens().audience("https://records.example").audience("records"));
    let mut table = Table::of(&server);
    for name in [AUDIENCE, "https://records.example", "records"] {
        table.case(name, &honest().claim("aud", name).sign(&KEYS.rsa), In);
    }
    for name in ["https://records.example/", "Records", "record"] {
        table.case(name, &honest().claim("aud", name).sign(&KEYS.rsa), Out("wrong_audience"));
    }
    table.finish("several audiences");
}
