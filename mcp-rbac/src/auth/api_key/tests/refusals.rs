use super::support::World;
use crate::auth::api_key::digest::Digest;

const ID: &str = "Aa0Bb1Cc2Dd3";
const OTHER: &str = "Zz9Yy8Xx7Ww6";

fn entry(id: &str, sha256: &str) -> String {
    format!(
        "[[key]]\nid = \"{id}\"\nowner = \"alice\"\nroles = [\"analyst\"]\nsha256 = \"{sha256}\"\ncreated = 2029-01-01T00:00:00Z\n"
    )
}

fn good() -> String {
    format!("version = 1\n{}", entry(ID, &digest("a")))
}

fn digest(of: &str) -> String {
    Digest::of(format!("a key for tests: {of}").as_bytes()).to_hex()
}

fn refusal(text: &str) -> String {
    let world = World::new();
    world.write(text);
    world.refusal()
}

/// What is put in the place of what, and what the refusal says.
#[test]
fn every_field_is_checked() {
    let sha = format!("sha256 = \"{}\"", digest("a"));
    let created = "created = 2029-01-01T00:00:00Z";
    let owner = "owner = \"alice\"";
    let roles = "roles = [\"analyst\"]";
    let uniform = format!("sha256 = \"{}\"", "0".repeat(64));
    let well_known = |text: &str| format!("sha256 = \"{}\"", Digest::of(text.as_bytes()).to_hex());
    let (empty, changeme, line, letter) =
        (well_known(""), well_known("changeme"), well_known("changeme\n"), well_known("a"));
    let (short, long) =
        (format!("sha256 = \"{}\"", &digest("a")[..62]), "owner = \"".to_owned() + &"x".repeat(201) + "\"");
    let cases: &[(&str, &str, &str)] = &[
        ("version = 1", "", "line 1: `version` is missing"),
        ("version = 1", "version = 2", "line 1: the `version` of the format is not 1"),
        ("version = 1", "version = \"1\"", "the `version` of the format is not 1"),
        ("version = 1", "version = 1\nkeys = 3", "unknown field `keys`; did you mean `key`?"),
        ("[[key]]", "[key]", "a key begins with `[[key]]`, in two brackets"),
        ("id = \"Aa0Bb1Cc2Dd3\"", "", "`id` is missing"),
        ("Aa0Bb1Cc2Dd3", "Aa0Bb1Cc2Dd", "`id` is not an id: twelve letters and digits"),
        ("Aa0Bb1Cc2Dd3", "Aa0Bb1Cc2Dd-", "`id` is not an id"),
        ("Aa0Bb1Cc2Dd3", "", "`id` is not an id"),
        (&sha, "", "line 2, key `Aa0Bb1Cc2Dd3`: `sha256` is missing"),
        (&sha, "sha256 = \"\"", "`sha256` is not a SHA-256: 64 hexadecimal digits"),
        (&sha, &short, "`sha256` is not a SHA-256"),
        (&sha, "sha256 = 12", "`sha256` is a text in quotes, not a number"),
        (&sha, &uniform, "`sha256` is a placeholder"),
        (&sha, &empty, "the digest of an empty, one-letter or well-known text"),
        (&sha, &changeme, "the digest of an empty, one-letter or well-known text"),
        (&sha, &line, "the digest of an empty, one-letter or well-known text"),
        (&sha, &letter, "the digest of an empty, one-letter or well-known text"),
        (owner, "", "`owner` is missing"),
        (owner, "owner = \"\"", "`owner` is empty"),
        (owner, "owner = \" x\"", "`owner` begins or ends with white space"),
        (owner, "owner = \"x\\u001b[31m\"", "`owner` has a control character"),
        (owner, &long, "`owner` is longer than 200 bytes"),
        (owner, "owner = true", "`owner` is a text in quotes, not true or false"),
        (roles, "", "`roles` is missing"),
        (roles, "roles = []", "`roles` is empty"),
        (roles, "roles = \"analyst\"", "`roles` is a list of texts, not a text"),
        (roles, "roles = [1]", "`roles` is a list of texts, not a number"),
        (roles, "roles = [\"analyst\", \"analyst\"]", "`roles` names a role twice"),
        (roles, "roles = [\"analist\"]", "there is no role `analist`; did you mean `analyst`?"),
        (roles, "roles = [\"Analyst\"]", "there is no role `Analyst`; did you mean `analyst`?"),
        (
            roles,
            "roles = [\"clerk\", \"approver\"]",
            "nobody may hold `create_payment` and `approve_payment` together, and the roles clerk, approver reach both",
        ),
        (created, "", "`created` is missing"),
        (
            created,
            "created = \"2029-01-01T00:00:00Z\"",
            "`created` is a time such as 2030-01-31T12:00:00Z, without quotes, not a text",
        ),
        (created, "created = 2029-01-01T00:00:00", "the offset from UTC must be there"),
        (created, "created = 2029-01-01", "the offset from UTC must be there"),
        (created, "created = 2029-02-30T00:00:00Z", "line 7"),
        (
            created,
            "created = 2029-01-01T00:00:00Z\nexpire = 2029-01-01T00:00:00Z",
            "unknown field `expire`; did you mean `expires`?",
        ),
        (created, "created = 2029-01-01T00:00:00Z\nsecret = \"x\"", "unknown field `secret`"),
        (created, "created = 2029-01-01T00:00:00Z\nlabel = \"\"", "`label` is empty"),
        (
            created,
            "created = 2029-01-01T00:00:00Z\nimported = \"no\"",
            "`imported` is `true` or `false`, not a text",
        ),
        (
            created,
            "created = 2029-01-01T00:00:00Z\nnot_before = 2029-01-02T00:00:00Z\nexpires = 2029-01-02T00:00:00Z",
            "`expires` is not after `not_before`",
        ),
        (created, "created = 2029-01-01T00:00:00Z\ncreated = 2029-01-01T00:00:00Z", "it is not valid TOML"),
        (created, "created", "it is not valid TOML"),
    ];
    assert!(World::new().refusal().contains("there is no such key file"));
    let world = World::new();
    world.write(&good());
    let _keys = super::support::started(world.keys());
    for (what, with, expected) in cases {
        assert!(good().contains(what), "{what}");
        let refusal = refusal(&good().replace(what, with));
        assert!(refusal.contains(expected), "{what} -> {with}:\n{refusal}");
    }
}

#[test]
fn keys_that_cannot_be_told_apart_are_refused() {
    let same_id = format!("{}{}", good(), entry(ID, &digest("b")));
    assert!(
        refusal(&same_id)
            .contains("line 8, key `Aa0Bb1Cc2Dd3`: another key has the same `id`: the one on line 2")
    );
    let same_key = format!("{}{}", good(), entry(OTHER, &digest("a").to_uppercase()));
    let refusal = refusal(&same_key);
    assert!(
        refusal.contains("line 8, key `Zz9Yy8Xx7Ww6`: it is the same key as the one on line 2"),
        "{refusal}"
    );
}

#[test]
fn every_problem_is_named_at_once() {
    let text = format!(
        "version = 3\ncolour = 1\n{}{}",
        entry(ID, "12").replace("analyst", "x\", \"x"),
        entry(ID, &digest("b")).replace("owner", "owned").replace("created", "craeted"),
    );
    let refusal = refusal(&text);
    for expected in [
        "line 1: the `version`",
        "line 2: unknown field `colour`",
        "line 7, key `Aa0Bb1Cc2Dd3`: `sha256` is not",
        "line 6, key `Aa0Bb1Cc2Dd3`: `roles` names a role twice",
        "line 9, key `Aa0Bb1Cc2Dd3`: `owner` is missing",
        "line 9, key `Aa0Bb1Cc2Dd3`: `created` is missing",
        "line 11, key `Aa0Bb1Cc2Dd3`: unknown field `owned`; did you mean `owner`?",
        "line 14, key `Aa0Bb1Cc2Dd3`: unknown field `craeted`; did you mean `created`?",
    ] {
        assert!(refusal.contains(expected), "{expected}\n{refusal}");
    }
}

#[test]
fn a_flood_of_problems_is_cut_off() {
    let text = format!("version = 1\n{}", entry(ID, "12").repeat(1000));
    let refusal = refusal(&text);
    assert!(refusal.contains("… and "), "{refusal}");
    assert!(refusal.lines().count() < 60);
}

/// Whatever somebody pastes into the file, it is not repeated.
#[test]
fn no_refusal_quotes_a_value() {
    const CANARY: &str = "mcprbac_CANARYCANARYCANARYCANARYCANARYCANARYCANARYCANARYCANARYCANARYCANA";
    let quoted = format!("\"{CANARY}\"");
    let places = [
        good().replace(&format!("\"{ID}\""), &quoted),
        good().replace(&format!("\"{}\"", digest("a")), &quoted),
        good().replace("2029-01-01T00:00:00Z", &quoted),
        good().replace("version = 1", &format!("version = {quoted}")),
        good().replace("version = 1", &format!("version = 1\n{CANARY} = 1")),
        good().replace("version = 1", &format!("version = 1\n{CANARY}")),
        good().replace("version = 1", &format!("version = 1\nx = \"{CANARY}")),
        good().replace("owner =", &format!("{CANARY} =")),
        good().replace("[\"analyst\"]", &quoted),
        good().replace("[[key]]", &format!("[[key]]\nimported = {quoted}")),
        good()
            .replace("owner = \"alice\"", &format!("owner = \"\u{1}{CANARY}\"").replace('\u{1}', "\\u0001")),
    ];
    for text in places {
        let refusal = refusal(&text);
        assert!(!refusal.contains("CANARY"), "{refusal}");
    }
}

/// A role that is gone must not keep a server from starting because of a key that can do nothing, and revoking is the
/// way out.
#[test]
fn the_roles_of_a_revoked_key_do_not_matter() {
    let world = World::new();
    world.write(&format!("{}{}", good(), entry(OTHER, &digest("b")).replace("analyst", "auditor")));
    assert!(world.refusal().contains("there is no role `auditor`"));
    world.file().revoke(OTHER).unwrap();
    let _keys = super::support::started(world.keys());
}

#[test]
fn a_file_that_is_wrong_is_not_changed() {
    let world = World::new();
    let text = good().replace("owner", "owned");
    world.write(&text);
    let request = crate::api_key::KeyRequest::new("bob").role(super::support::rbac::Role::Analyst);
    world.file().issue(&request).unwrap_err();
    world.file().revoke(ID).unwrap_err();
    assert_eq!(world.text(), text);
}

#[test]
fn what_cannot_be_imported() {
    let cases = [
        ("", "there is nothing in it"),
        ("q7Hd92mXzP4tLr8VnB3kYw6sJc1fGa5", "at least 32"),
        (&"q7Hd92mXzP4tLr8VnB3kYw6sJc1fGa5e".repeat(20), "longer than 512"),
        ("mcprbac_7Hd92mXzP4tLr8VnB3kYw6sJc", "`keys new`"),
        ("q7Hd92mXzP4tLr8V nB3kYw6sJc1fGa5e", "RFC 6750"),
        ("q7Hd92mXzP4tLr8V\nnB3kYw6sJc1fGa5e", "RFC 6750"),
        ("q7Hd92mXzP4tLr8VénB3kYw6sJc1fGa5e", "RFC 6750"),
        ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl", "JWT"),
        ("changemechangemechangemechangeme", "random"),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "random"),
        ("abcdefghijklmnopqrstuvwxyz012345", "random"),
        ("q7Hd92mXzP4tLr8Vq7Hd92mXzP4tLr8V", "random"),
        ("deadbeefdeadbeefdeadbeefdeadbeef", "random"),
    ];
    let world = World::new();
    let request = crate::api_key::KeyRequest::new("bob").role(super::support::rbac::Role::Analyst);
    for (text, expected) in cases {
        let error = world.file().import(text, &request).unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
        assert!(text.is_empty() || !error.contains(text), "{error}");
    }
    let secret = "9f86d081884c7d659a2feaa0c55ad015";
    world.file().import(secret, &request).unwrap();
    let error = world.file().import(secret, &request).unwrap_err().to_string();
    assert!(error.contains("is there already"), "{error}");
}
