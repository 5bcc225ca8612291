//! Where a uri leads: its authority and its path (RFC 3986, sections 3.2 and 3.3).

use super::{Mistake, Part, variables::is_identifier};

// records://admin@host/all
// records://host:all
// records://host/../all
pub(super) fn check(behind_scheme: &[Part<'_>], mistakes: &mut Vec<Mistake>) {
    let text: String = behind_scheme
        .iter()
        .map(|part| match part {
            Part::Text(text) => (*text).to_owned(),
            // of a bad name only the place matters
            Part::Variable(name) if is_identifier(name) => format!("{{{name}}}"),
            Part::Variable(_) => "{}".to_owned(),
        })
        .collect();
    let hierarchy = text.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = match hierarchy.strip_prefix("//") {
        Some(rest) => rest.split_once('/').unwrap_or((rest, "")),
        None => ("", hierarchy),
    };
    if authority.contains('@') {
        mistakes.push(Mistake::new(
            "the uri names a user before the `@`",
            "leave it out: who reads is known by the credential of the request",
        ));
    } else if let Some((_, port)) = authority.split_once(':')
        // an IP address in brackets has been reported
        && !authority.contains('[')
        && !port.chars().all(|digit| digit.is_ascii_digit())
    {
        mistakes.push(Mistake::new(
            format!("`{port}` stands where only the number of a port can stand"),
            "write `/` instead of `:`, or put a `/` before it",
        ));
    }
    if let Some(dots) = path.split('/').find(|segment| matches!(*segment, "." | "..")) {
        mistakes.push(Mistake::new(
            format!("`{dots}` in the path means another path"),
            "write the path that is meant",
        ));
    }
}
