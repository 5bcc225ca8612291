//! Keys that everybody knows, and texts that are no random key.

use std::{collections::HashSet, sync::LazyLock};

use super::digest::Digest;

/// The shortest text that `keys import` takes: 32 hexadecimal digits are 128 bits.
pub(super) const IMPORT_MIN: usize = 32;
/// The longest. It bounds what is hashed of a token that may be somebody else's.
pub(super) const IMPORT_MAX: usize = 512;

/// What stands in examples, defaults and wordlists. Only digests are stored, so these are looked for by their digest.
const WELL_KNOWN: &[&str] = &[
    "",
    "0",
    "1",
    "123",
    "1234",
    "12345",
    "123456",
    "12345678",
    "123456789",
    "1234567890",
    "abc",
    "abc123",
    "admin",
    "administrator",
    "api",
    "api-key",
    "api_key",
    "apikey",
    "bearer",
    "change-me",
    "change_me",
    "change-this",
    "changeit",
    "changeme",
    "ChangeMe",
    "CHANGEME",
    "default",
    "demo",
    "dev",
    "development",
    "dummy",
    "example",
    "foo",
    "foobar",
    "guest",
    "hello",
    "hunter2",
    "insecure",
    "key",
    "letmein",
    "local",
    "mcp",
    "mykey",
    "my-secret",
    "mysecret",
    "my-secret-key",
    "none",
    "null",
    "pass",
    "passw0rd",
    "password",
    "password1",
    "placeholder",
    "qwerty",
    "replaceme",
    "replace-me",
    "root",
    "sample",
    "secret",
    "secret-key",
    "secretkey",
    "supersecret",
    "super-secret",
    "test",
    "test-key",
    "test123",
    "testing",
    "testkey",
    "todo",
    "token",
    "toor",
    "undefined",
    "user",
    "x",
    "xxx",
    "your-api-key",
    "your_api_key",
    "your-secret-key",
    "YOUR_API_KEY",
    "00000000000000000000000000000000",
    "11111111111111111111111111111111",
    "0123456789abcdef0123456789abcdef",
    "deadbeefdeadbeefdeadbeefdeadbeef",
];

/// The digests that no key may have.
static DIGESTS: LazyLock<HashSet<Digest>> = LazyLock::new(|| {
    // `echo changeme | sha256sum` hashes the line feed too
    let texts = WELL_KNOWN.iter().flat_map(|text| [(*text).to_owned(), format!("{text}\n")]);
    let letters = (0..=u8::MAX).map(|byte| Digest::of(&[byte]));
    texts.map(|text| Digest::of(text.as_bytes())).chain(letters).collect()
});

/// Why no key can have this digest.
pub(super) fn digest_objection(digest: &Digest) -> Option<&'static str> {
    if digest.is_uniform() {
        Some("is a placeholder, not the digest of a key")
    } else if DIGESTS.contains(digest) {
        Some("is the digest of an empty, one-letter or well-known text")
    } else {
        None
    }
}

/// Why a text cannot be imported as a key. It is never quoted.
pub(super) fn import_objection(text: &str) -> Option<String> {
    let length = text.len();
    if length == 0 {
        return Some("there is nothing in it".to_owned());
    }
    if length < IMPORT_MIN {
        return Some(format!("it has {length} characters; a random key has at least {IMPORT_MIN}"));
    }
    if length > IMPORT_MAX {
        return Some(format!("it is longer than {IMPORT_MAX} characters"));
    }
    if text.starts_with(super::format::PREFIX) {
        return Some(format!("`{}` is what the keys made by `keys new` begin with", super::format::PREFIX));
    }
    if !is_bearer_token(text) {
        return Some(
            "it has a character that cannot be sent as a bearer token (RFC 6750: letters, digits and -._~+/)"
                .to_owned(),
        );
    }
    if looks_like_jwt(text) {
        return Some(
            "it is a JWT, which carries its own claims and expires; configure its issuer instead".to_owned(),
        );
    }
    (!looks_random(text.as_bytes())).then(|| "it does not look random".to_owned())
}

/// `b64token` of RFC 6750, section 2.1: what can be sent at all.
fn is_bearer_token(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !body.is_empty() && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}

fn looks_like_jwt(text: &str) -> bool {
    text.starts_with("eyJ") && text.matches('.').count() >= 2
}

/// Finds what a hand has typed: few letters, a repetition, a row of the keyboard or the alphabet. A random text of 32
/// hexadecimal digits fails this once in ten million times.
fn looks_random(text: &[u8]) -> bool {
    let mut letters = text.to_vec();
    letters.sort_unstable();
    letters.dedup();
    let repeats = (1..=text.len() / 2)
        .any(|period| text.iter().zip(text.iter().skip(period)).all(|(one, other)| one == other));
    let steps =
        text.iter().zip(text.iter().skip(1)).filter(|(one, other)| one.abs_diff(**other) <= 1).count();
    letters.len() >= 7 && !repeats && steps * 4 < text.len() * 3
}
