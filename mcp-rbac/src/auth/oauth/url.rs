//! Which URLs are gone to.

use std::net::IpAddr;

use reqwest::Url;

/// A URL that may be configured, or be named by what is configured: https, or plain http on this machine; without a
/// password in it, without a fragment. `None` for all others.
pub(super) fn safe(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_plain = match url.scheme() {
        "https" => false,
        "http" => true,
        _ => return None,
    };
    let has_user = !url.username().is_empty() || url.password().is_some();
    if has_user || url.fragment().is_some() || url.host_str().is_none() || is_plain && !is_loopback(&url) {
        return None;
    }
    Some(url)
}

/// Whether it is on this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    host == "localhost"
        || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// An issuer (RFC 8414, section 2): a safe URL without a query. What tokens say is compared with the text, not with this.
pub(super) fn issuer(text: &str) -> Option<Url> {
    safe(text).filter(|url| url.query().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_encrypted_or_local_urls_are_gone_to() {
        for text in [
            "https://login.example",
            "https://login.example/",
            "https://login.example:8443/realms/a",
            "http://127.0.0.1:9000/a",
            "http://[::1]/a",
            "http://localhost:80",
        ] {
            assert!(issuer(text).is_some(), "{text}");
        }
        for text in [
            "",
            "login.example",
            "http://login.example",
            "http://127.0.0.1.example",
            "http://10.0.0.1",
            "http://localhost.example",
            "ftp://login.example",
            "file:///etc/passwd",
            "https://user@login.example",
            "https://user:password@login.example",
            "https://:password@login.example",
            "https://login.example/#a",
            "https://login.example/?a",
            "https:///a b",
            "data:,a",
        ] {
            assert!(issuer(text).is_none(), "{text}");
        }
        assert!(safe("https://login.example/keys?version=2").is_some());
    }
}
