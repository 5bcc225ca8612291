//! What a uri is made of (RFC 3986, section 2).

use super::{Mistake, Part};
use crate::diag::listed;

// records://all records
// records://a%2Fb
// records://all#first
pub(super) fn check(parts: &[Part<'_>], mistakes: &mut Vec<Mistake>) {
    let text = || {
        parts.iter().flat_map(|part| match part {
            Part::Text(text) => text.chars(),
            Part::Variable(_) => "".chars(),
        })
    };
    if text().any(|letter| letter == '#') {
        mistakes.push(Mistake::new(
            "the uri of a resource has no fragment",
            "leave out the `#` and what follows it: a fragment is never sent",
        ));
    }
    if text().any(|letter| letter == '%') {
        mistakes.push(Mistake::new(
            "the uri cannot contain `%`",
            "choose one that needs no percent-encoding; the values of variables may be encoded",
        ));
    }
    let mut bad: Vec<String> = Vec::new();
    for letter in text().filter(|&letter| !is_allowed(letter)) {
        let letter = letter.escape_debug().to_string();
        if !bad.contains(&letter) {
            bad.push(letter);
        }
    }
    if !bad.is_empty() {
        mistakes.push(Mistake::new(
            format!("the uri cannot contain {}", listed(bad.iter().map(String::as_str))),
            "it is made of letters and digits of ASCII and of `-._~:/?@!$&'()*+,;=`",
        ));
    }
}

/// What has been reported by itself is not reported again. RFC 3986 has `[` and `]` for IP addresses only.
fn is_allowed(letter: char) -> bool {
    is_unreserved(letter) || ":/?@!$&'()*+,;=#%".contains(letter)
}

/// What stands in a value as it is (RFC 3986, section 2.3): everything else is encoded there (RFC 6570, section 3.2.2).
pub(super) fn is_unreserved(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-._~".contains(letter)
}
