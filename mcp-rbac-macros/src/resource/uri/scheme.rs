//! What a uri begins with (RFC 3986, section 3.1).

use super::{Mistake, Part};

// /records/{id}
// {kind}://all
// Records://all
// my_records://all
// records:
/// What stands behind the scheme.
pub(super) fn check<'t>(parts: &[Part<'t>], mistakes: &mut Vec<Mistake>) -> Option<Vec<Part<'t>>> {
    let split = match parts {
        [Part::Text(first), rest @ ..] => first
            .split_once(':')
            .filter(|(scheme, _)| !scheme.is_empty() && !scheme.contains(['/', '?', '#', '@']))
            .map(|(scheme, text)| (scheme, text, rest)),
        _ => None,
    };
    let Some((scheme, text, rest)) = split else {
        mistakes.push(Mistake::new(
            "the uri does not begin with a scheme",
            "begin it with a word of your own, in lower case: `records://…`",
        ));
        return None;
    };
    word(scheme, mistakes);
    if text.is_empty() && rest.is_empty() {
        let help = format!("write `{scheme}://…`");
        mistakes.push(Mistake::new(format!("nothing stands behind `{scheme}:`"), help));
    }
    let text = Some(Part::Text(text)).filter(|_| !text.is_empty());
    Some(text.into_iter().chain(rest.iter().copied()).collect())
}

fn word(scheme: &str, mistakes: &mut Vec<Mistake>) {
    let allowed = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.');
    let help = "it is made of lower-case letters, digits, `+`, `-` and `.`, and begins with a letter";
    if let Some(bad) = scheme.chars().find(|letter| !allowed(letter)) {
        mistakes.push(Mistake::new(format!("a scheme cannot contain `{}`", bad.escape_debug()), help));
    } else if !scheme.starts_with(|first: char| first.is_ascii_alphabetic()) {
        mistakes.push(Mistake::new(format!("the scheme `{scheme}` does not begin with a letter"), help));
    } else if scheme.contains(|letter: char| letter.is_ascii_uppercase()) {
        let help = format!("write `{}:`", scheme.to_ascii_lowercase());
        mistakes.push(Mistake::new(format!("the scheme `{scheme}` is not in lower case"), help));
    }
}
