//! What looks like a secret, whoever forgot to declare it.

use std::borrow::Cow;

use base64::{Engine, prelude::BASE64_STANDARD};

use super::REDACTED;

/// Names of what belongs into no record, without `_` and `-`, by the letter that they begin with.
const fn secrets(letter: u8) -> &'static [&'static str] {
    match letter.to_ascii_lowercase() {
        b'a' => &["accesskey", "apikey", "authorization"],
        b'c' => &["clientassertion", "cookie", "credential"],
        b'p' => &["passphrase", "passwd", "password", "pincode", "privatekey", "pwd"],
        b's' => &["secret", "sessionid", "signature"],
        b't' => &["token"],
        _ => &[],
    }
}

/// Whether what has this name is left out.
pub(super) fn is_secret(name: &str) -> bool {
    if ["auth", "jwt", "otp", "pass"].iter().any(|short| name.eq_ignore_ascii_case(short)) {
        return true;
    }
    if name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return has_secret(name.as_bytes());
    }
    let name: Vec<u8> = name.bytes().filter(u8::is_ascii_alphanumeric).collect();
    has_secret(&name)
}

fn has_secret(name: &[u8]) -> bool {
    let begins = |rest: &[u8], secret: &str| {
        rest.get(..secret.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(secret.as_bytes()))
    };
    name.iter().enumerate().any(|(at, letter)| {
        secrets(*letter).iter().any(|secret| name.get(at..).is_some_and(|rest| begins(rest, secret)))
    })
}

/// The text without the credentials in it: API keys of this framework, what follows `Bearer` and `DPoP`, JSON Web Tokens, and what a
/// URI carries.
pub(super) fn without_credentials(text: &str) -> Cow<'_, str> {
    // a word that is shorter than a key, and has no part of a token or of a URI
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if text.len() <= SHORTEST_KEY && text.bytes().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut before = "";
    let words = text.split_inclusive(char::is_whitespace).map(|word| {
        let bare = word.trim_end();
        let is_credential =
            is_scheme(before) || is_password(before, bare) || is_key(bare) || is_json_web_token(bare);
        if !bare.is_empty() {
            before = bare;
        }
        match word.strip_prefix(bare) {
            Some(space) if is_credential && !bare.is_empty() => Cow::Owned(format!("{REDACTED}{space}")),
            Some(_) | None => without_secrets(word),
        }
    });
    let shown: String = words.collect();
    if shown == text { Cow::Borrowed(text) } else { Cow::Owned(shown) }
}

/// Whether a credential follows, as in an `Authorization` header.
fn is_scheme(word: &str) -> bool {
    ["bearer", "dpop"].iter().any(|scheme| last(word).eq_ignore_ascii_case(scheme))
}

/// Whether it is a name and a password after `Basic` (RFC 7617, section 2), which is a word of English as well.
fn is_password(before: &str, word: &str) -> bool {
    let is_pair = || BASE64_STANDARD.decode(word).is_ok_and(|pair| pair.contains(&b':'));
    last(before).eq_ignore_ascii_case("basic") && is_pair()
}

/// The last letters of a word.
fn last(word: &str) -> &str {
    let word = word.trim_end_matches(|c: char| !c.is_ascii_alphabetic());
    word.rsplit(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default()
}

const SHORTEST_KEY: usize = 40;

fn is_key(word: &str) -> bool {
    word.contains("mcprbac_") && word.len() > SHORTEST_KEY
}

/// Three parts of base64url, of which the first begins like an object (RFC 7515, section 3.1).
fn is_json_web_token(word: &str) -> bool {
    word.find("eyJ").and_then(|at| word.get(at..)).is_some_and(|token| {
        let mut parts = token.split('.');
        let is_part = |part: &str| {
            part.len() >= 4 && part.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        };
        parts.by_ref().take(2).filter(|part| is_part(part)).count() == 2 && parts.next().is_some()
    })
}

/// The text, and so a URI, without user information (RFC 3986, section 3.2.1), and without the values of parameters that
/// look like secrets.
pub(in crate::audit) fn without_secrets(text: &str) -> Cow<'_, str> {
    let text = match text.contains("://") {
        true => without_user_information(text),
        false => Cow::Borrowed(text),
    };
    if !text.contains('=') {
        return text;
    }
    let mut shown = String::with_capacity(text.len());
    let mut is_query = false;
    for piece in text.split_inclusive(DELIMITERS) {
        let pair = piece.strip_suffix(DELIMITERS).unwrap_or(piece);
        let end = piece.get(pair.len()..).unwrap_or_default();
        match pair.split_once('=') {
            Some((name, value)) if !value.is_empty() && is_secret_parameter(name, is_query) => {
                shown.extend([name, "=", REDACTED]);
            }
            Some(_) | None => shown.push_str(pair),
        }
        shown.push_str(end);
        is_query = matches!(end, "?" | "#" | "&");
    }
    if shown == text { text } else { Cow::Owned(shown) }
}

/// What stands between parameters, and around them in other texts.
const DELIMITERS: [char; 9] = ['?', '#', '&', ';', ',', '"', '\'', '<', '>'];

fn without_user_information(text: &str) -> Cow<'_, str> {
    if !text.contains('@') {
        return Cow::Borrowed(text);
    }
    let mut places = text.split("://");
    let mut shown = places.next().unwrap_or_default().to_owned();
    for place in places {
        let (authority, rest) = authority(place);
        shown.push_str("://");
        match authority.rsplit_once('@') {
            Some((_, host)) => shown.extend([REDACTED, "@", host, rest]),
            None => shown.extend([authority, rest]),
        }
    }
    Cow::Owned(shown)
}

/// The authority of a URI, and what follows it. Passwords that are not escaped as they should be belong to it.
fn authority(place: &str) -> (&str, &str) {
    let at = |end: Option<usize>| place.split_at_checked(end.unwrap_or(place.len())).unwrap_or((place, ""));
    let strict = at(place.find(['/', '?', '#', '"', '\'', '<', '>']));
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    match strict.0.split_once(':') {
        // what stands where the port should is none
        Some((_, port)) if !is_port(port) && !strict.0.contains('@') && !strict.0.starts_with('[') => {
            match place.rfind('@') {
                Some(end) => at(place
                    .get(end..)
                    .and_then(|rest| rest.find(['/', '?', '#', '"', '\'', '<', '>']))
                    .map(|rest| end + rest)),
                None => strict,
            }
        }
        Some(_) | None => strict,
    }
}

/// The names can be escaped. In a query short names are secrets, which elsewhere are seldom any.
fn is_secret_parameter(name: &str, is_query: bool) -> bool {
    let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
    let short = ["code", "key", "sig", "auth", "pwd", "pass"];
    is_secret(&name) || is_query && short.iter().any(|short| name.eq_ignore_ascii_case(short))
}
