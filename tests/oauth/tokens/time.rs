//! When a token can be good.

use std::time::Duration;

use serde_json::{Value, json};

use super::{KEYS, honest, server, tokens};
use crate::support::{
    Running, Table,
    Want::{In, Out},
    now,
};

const DAY: i64 = 24 * 3600;

#[test]
fn times_of_every_kind() {
    let rsa = &KEYS.rsa;
    let mut table = Table::of(server());
    let t = &mut table;
    for claim in ["exp", "nbf", "iat"] {
        let bad: &'static str = match claim {
            "exp" => "bad_claim exp",
            "nbf" => "bad_claim nbf",
            _ => "bad_claim iat",
        };
        for (name, value) in [
            ("a text", json!((now() + 60).to_string())),
            ("a text of a date", json!("2099-01-01T00:00:00Z")),
            ("an empty text", json!("")),
            ("an array", json!([now() + 60])),
            ("an object", json!({ "seconds": now() + 60 })),
            ("null", Value::Null),
            ("true", json!(true)),
            ("negative", json!(-1)),
            ("very negative", json!(i64::MIN)),
            ("barely negative", json!(-0.5)),
            ("the most that 64 bits hold", json!(u64::MAX)),
            ("huge", json!(1e300)),
            ("in milliseconds", json!(now() * 1000)),
            ("after the year 9999", json!(253_402_300_800_i64)),
        ] {
            t.case(&format!("{claim} is {name}"), &honest().claim(claim, value).sign(rsa), Out(bad));
        }
    }
    t.case("no exp", &honest().without("exp").sign(rsa), Out("missing_claim exp"));
    t.case("no iat", &honest().without("iat").sign(rsa), In);
    // 30 seconds of leeway
    for (name, ends, want) in [
        ("in an hour", 3600, In),
        ("now", 0, In),
        ("ten seconds ago", -10, In),
        ("forty seconds ago", -40, Out("expired")),
        ("a day ago", -DAY, Out("expired")),
        ("in thirty days", 30 * DAY, In),
        ("in thirty-two days", 32 * DAY, Out("lives_too_long")),
        ("in a hundred years", 36_500 * DAY, Out("lives_too_long")),
    ] {
        t.case(&format!("exp is {name}"), &honest().claim("exp", now() + ends).sign(rsa), want);
    }
    t.case("exp is zero", &honest().claim("exp", 0).sign(rsa), Out("expired"));
    t.case("exp is half a second", &honest().claim("exp", now() as f64 + 60.5).sign(rsa), In);
    t.case(
        "exp is a float that is over",
        &honest().claim("exp", now() as f64 - 60.5).sign(rsa),
        Out("expired"),
    );
    for (name, begins, want) in [
        ("an hour ago", -3600, In),
        ("in ten seconds", 10, In),
        ("in a minute", 60, Out("not_yet_valid")),
        ("in a year", 365 * DAY, Out("not_yet_valid")),
    ] {
        t.case(&format!("nbf is {name}"), &honest().claim("nbf", now() + begins).sign(rsa), want);
    }
    for (name, issued, want) in [
        ("an hour ago", -3600, In),
        ("in ten seconds", 10, In),
        ("in a minute", 60, Out("issued_in_future")),
        ("in a year", 365 * DAY, Out("issued_in_future")),
    ] {
        t.case(&format!("iat is {name}"), &honest().claim("iat", now() + issued).sign(rsa), want);
    }
    table.finish("time");
}

#[test]
fn leeway_and_lifetime_are_as_configured() {
    let rsa = &KEYS.rsa;
    let strict = tokens().leeway(Duration::ZERO).max_lifetime(Duration::from_secs(600));
    let server = Running::taking(strict);
    let mut table = Table::of(&server);
    table.case("just over", &honest().claim("exp", now() - 1).sign(rsa), Out("expired"));
    table.case("just to come", &honest().claim("nbf", now() + 5).sign(rsa), Out("not_yet_valid"));
    table.case("ten minutes", &honest().claim("exp", now() + 599).sign(rsa), In);
    table.case("eleven minutes", &honest().claim("exp", now() + 660).sign(rsa), Out("lives_too_long"));
    table.finish("no leeway, ten minutes");
    let server = Running::taking(tokens().leeway(Duration::from_secs(120)));
    let mut table = Table::of(&server);
    table.case("within", &honest().claim("exp", now() - 100).sign(rsa), In);
    table.case("outside", &honest().claim("exp", now() - 130).sign(rsa), Out("expired"));
    table.finish("two minutes of leeway");
}
