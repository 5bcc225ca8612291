//! Keys in JSON: the fields of a key file, and what is checked of them.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{support::World, text::key};
use crate::auth::api_key::{
    digest::Digest,
    file::{Place, parse, parse_json, render},
    pepper::DigestKind,
    stored::StoredKey,
};

fn digest(of: &str) -> String {
    Digest::of(format!("a key for tests: {of}").as_bytes()).to_hex()
}

fn good() -> Value {
    json!({ "keys": [{ "id": "Aa0Bb1Cc2Dd3", "owner": "alice", "roles": ["analyst"], "sha256": digest("a") }] })
}

fn refusal(text: &str, kind: DigestKind) -> String {
    parse_json(text, kind).map_err(|problems| problems.to_string()).expect_err(text)
}

/// A key with one field in another way.
fn with(name: &str, value: Value) -> String {
    let mut secret = good();
    secret["keys"][0][name] = value;
    secret.to_string()
}

#[test]
fn the_least_a_key_needs() {
    let keys = parse_json(&good().to_string(), DigestKind::Plain).unwrap();
    let [(place, key)] = keys.as_slice() else { panic!("{keys:?}") };
    assert_eq!(*place, Place::Entry(1));
    assert_eq!((key.id(), key.owner(), key.roles()), ("Aa0Bb1Cc2Dd3", "alice", &["analyst".to_owned()][..]));
    assert!(parse_json(r#"{ "version": 1, "keys": [] }"#, DigestKind::Plain).unwrap().is_empty());
}

#[test]
fn every_field_is_checked() {
    let time = "2030-01-31T12:00:00Z";
    for (name, value, expected) in [
        ("id", json!("Aa0Bb1Cc2Dd"), "entry 1: `id` is not an id: twelve letters and digits"),
        ("id", json!(7), "entry 1: `id` is a text in quotes, not a number"),
        ("owner", json!(""), "entry 1, key `Aa0Bb1Cc2Dd3`: `owner` is empty"),
        ("owner", Value::Null, "`owner` is a text in quotes, not null"),
        ("owner", json!("a\u{1b}[31m"), "`owner` has a control character"),
        ("roles", json!([]), "`roles` is empty"),
        ("roles", json!("analyst"), "`roles` is a list of texts, not a text"),
        ("roles", json!([["analyst"]]), "`roles` is a list of texts, not a list"),
        ("roles", json!(["analyst", "analyst"]), "`roles` names a role twice"),
        ("sha256", json!("00"), "`sha256` is not a SHA-256: 64 hexadecimal digits"),
        ("sha256", json!("0".repeat(64)), "`sha256` is a placeholder"),
        ("sha256", json!(Digest::of(b"changeme").to_hex()), "`sha256` is the digest of an empty"),
        ("label", json!(""), "`label` is empty"),
        ("imported", json!("yes"), "`imported` is `true` or `false`, not a text"),
        (
            "revoked",
            json!(true),
            "`revoked` is a time such as 2030-01-31T12:00:00Z, in quotes, not true or false",
        ),
        (
            "expires",
            json!(1_900_000_000),
            "`expires` is a time such as 2030-01-31T12:00:00Z, in quotes, not a number",
        ),
        ("expires", json!("2030-01-31"), "the offset from UTC must be there"),
        ("expires", json!("2030-01-31T12:00:00"), "the offset from UTC must be there"),
        ("expire", json!(time), "unknown field `expire`; did you mean `expires`?"),
        ("secret", json!("x"), "unknown field `secret`"),
        ("hmac_sha256", json!(digest("a")), "unknown field `hmac_sha256`"),
    ] {
        let refusal = refusal(&with(name, value.clone()), DigestKind::Plain);
        assert!(refusal.contains(expected), "{name}: {value}\n{refusal}");
    }
    for name in ["id", "owner", "roles", "sha256"] {
        let mut secret = good();
        secret["keys"][0].as_object_mut().unwrap().remove(name);
        let refusal = refusal(&secret.to_string(), DigestKind::Plain);
        assert!(refusal.contains(&format!("`{name}` is missing")), "{refusal}");
    }
}

#[test]
fn what_is_no_list_of_keys_is_refused() {
    let key = &good()["keys"][0].to_string();
    let mut other = good()["keys"][0].clone();
    other["id"] = json!("Zz9Yy8Xx7Ww6");
    for (text, expected) in [
        (String::new(), "it is no JSON object"),
        ("[]".to_owned(), "it is no JSON object"),
        (key.clone(), "`keys` is missing"),
        (format!(r#"{{ "keys": [{key}] }} x"#), "it is no JSON object"),
        (format!("{{ \"keys\": [{key}, ] }}"), "it is no JSON object"),
        (format!(r#"{{ "keys": {key} }}"#), "`keys` is a list of keys"),
        (format!(r#"{{ "keys": [[{key}]] }}"#), "`keys` is a list of objects, one for each key"),
        (format!(r#"{{ "keys": [{key}], "version": 2 }}"#), "the `version` of the format is not 1"),
        (format!(r#"{{ "keys": [{key}], "version": 1.0 }}"#), "the `version` of the format is not 1"),
        (format!(r#"{{ "keys": [{key}], "key": [] }}"#), "unknown field `key`; did you mean `keys`?"),
        (format!(r#"{{ "keys": [], "keys": [{key}] }}"#), "an object that names a member twice"),
        (
            format!(r#"{{ "keys": [{}] }}"#, key.replace('{', r#"{"owner":"mallory","#)),
            "names a member twice",
        ),
        (format!(r#"{{ "keys": [{key}, {key}] }}"#), "another key has the same `id`: the one of entry 1"),
        (
            format!(r#"{{ "keys": [{key}, {other}] }}"#),
            "entry 2, key `Zz9Yy8Xx7Ww6`: it is the same key as the one of entry 1",
        ),
    ] {
        let refusal = refusal(&text, DigestKind::Plain);
        assert!(refusal.contains(expected), "{text}\n{refusal}");
    }
}

/// Which of the two a digest is, it says itself; the wrong one is never taken for the right one.
#[test]
fn a_digest_under_a_pepper_has_a_name_of_its_own() {
    let plain = good().to_string();
    let peppered = plain.replace("sha256", "hmac_sha256");
    assert!(parse_json(&peppered, DigestKind::Peppered).is_ok());
    assert!(refusal(&plain, DigestKind::Peppered).contains("`hmac_sha256` is missing"));
    assert!(refusal(&plain, DigestKind::Peppered).contains("unknown field `sha256`"));
    assert!(refusal(&peppered, DigestKind::Plain).contains("`sha256` is missing"));
}

#[test]
fn no_refusal_quotes_a_value() {
    let canary = "mcprbac_canaryCanaryCanary";
    for text in [
        canary.to_owned(),
        format!("\"{canary}\""),
        format!(r#"{{ "{canary}": "{canary}" }}"#),
        format!(r#"{{ "keys": "{canary}" }}"#),
        format!(r#"{{ "keys": ["{canary}"], "version": "{canary}" }}"#),
        with("id", json!(canary)),
        with("owner", json!(format!(" {canary}"))),
        with("roles", json!([canary, canary])),
        with("sha256", json!(canary)),
        with("imported", json!(canary)),
        with("expires", json!(canary)),
        with(canary, json!(1)),
    ] {
        let refusal = refusal(&text, DigestKind::Plain);
        assert!(!refusal.contains("anary"), "{text}\n{refusal}");
    }
}

proptest! {
    /// One key says the same in both notations.
    #[test]
    fn both_notations_are_read_as_the_same_key(key in key()) {
        let secret = json!({ "keys": [key.entry()] }).to_string();
        let from_json = parse_json(&secret, DigestKind::Plain).map_err(|problems| problems.to_string()).unwrap();
        let from_toml = parse(render([&key]).as_bytes()).map_err(|problems| problems.to_string()).unwrap();
        prop_assert_eq!(&from_json[0].1, &key);
        prop_assert_eq!(&from_toml[0].1, &key);
    }

    /// Whatever a secret is: it is read or refused, and nothing else happens.
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,80}", cut in 0_usize..200) {
        let secret = good().to_string();
        let cut = secret.get(..cut).unwrap_or(&secret);
        let _refused = parse_json(&text, DigestKind::Plain);
        let whole = cut.len() == secret.len();
        prop_assert_eq!(parse_json(cut, DigestKind::Plain).is_ok(), whole);
    }
}

/// The entries of a file are the secret.
#[test]
fn a_file_becomes_a_secret() {
    let world = World::new();
    let _alice = world.issue("alice");
    let _bob = world.issue("bob");
    let keys = world.file().keys().unwrap();
    let entries: Vec<Value> = keys.iter().map(StoredKey::entry).collect();
    let secret = parse_json(&json!({ "keys": entries }).to_string(), DigestKind::Plain).unwrap();
    assert!(secret.iter().map(|(_, key)| key).eq(&keys));
}
