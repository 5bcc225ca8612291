//! Who keeps a resource: the host and port between `//` and the path (RFC 3986, section 3.2).

use super::Mistake;

// records://admin@host/all
// records://Host/all
// records://host:all
pub(super) fn check(authority: &str, mistakes: &mut Vec<Mistake>) {
    if authority.contains('@') {
        mistakes.push(Mistake::new(
            "the uri names a user before the `@`",
            "leave it out: who reads is known by the credential of the request",
        ));
        return;
    }
    // an IP address in brackets has been reported
    if authority.contains(['[', ']']) {
        return;
    }
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    // in a triplet, which has been reported, upper-case letters are digits
    if !host.contains('%') && host.contains(|letter: char| letter.is_ascii_uppercase()) {
        mistakes.push(Mistake::new(
            format!("the host `{host}` is not in lower case"),
            "write it in lower case, or write `/` before what needs upper-case letters",
        ));
    }
    if matches!(host, "." | "..") || host.is_empty() && port.is_some() {
        let what = format!("no host stands between `//` and `{}`", if host.is_empty() { ":" } else { "/" });
        mistakes.push(Mistake::new(what, "write one, or write `///` before the path"));
    }
    if let Some(port) = port.filter(|port| !is_port(port)) {
        let help = "write `/` instead of the `:`, or put a `/` before it";
        mistakes.push(match port {
            "" => Mistake::new("no port stands behind the `:`", "leave the `:` out"),
            _ => Mistake::new(format!("`{port}` stands where the number of a port is expected"), help),
        });
    }
}

fn is_port(text: &str) -> bool {
    // what is parsed can have a sign and leading zeros
    text.parse::<u16>().is_ok_and(|port| port.to_string() == text)
}
