//! Which names this server answers to, and for which pages a browser may ask it (MCP 2026-07-28,
//! basic/transports/streamable-http, "Security Warning").

use http::{
    Version,
    header::{HOST, ORIGIN},
    request::Parts,
    uri::{Authority, Scheme},
};

/// Names and pages.
#[derive(Debug, Clone)]
pub(super) struct Allowed {
    pub(super) hosts: Vec<Host>,
    pub(super) origins: Vec<Origin>,
}

/// A host name, with its port or with any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Host {
    name: String,
    port: Port,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Port {
    Any,
    /// This one, which clients leave out where it is the one of the scheme.
    Only {
        port: u16,
        of_scheme: Option<u16>,
    },
}

/// Scheme, host and port of a page (RFC 6454).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    scheme: String,
    host: String,
    port: u16,
}

impl Allowed {
    /// The names of the machine itself, with any port, and no page.
    pub(super) fn loopback() -> Self {
        let hosts =
            ["localhost", "127.0.0.1", "[::1]"].map(|name| Host { name: name.to_owned(), port: Port::Any });
        Self { hosts: hosts.into(), origins: Vec::new() }
    }

    /// The host of a public URL, and the pages that this host itself serves; `None` where the URL names none.
    pub(super) fn public(scheme: &Scheme, authority: &Authority) -> Option<Self> {
        let page = parse_origin(&format!("{scheme}://{authority}"))?;
        let port = Port::Only { port: page.port, of_scheme: port_of(&page.scheme) };
        Some(Self { hosts: vec![Host { name: page.host.clone(), port }], origins: vec![page] })
    }

    /// Why the request must not be answered, if so. It must name exactly one host, which is ours, and a page that asks
    /// must be one that may.
    pub(super) fn refuses(&self, parts: &Parts) -> Option<&'static str> {
        let mut named = parts.headers.get_all(HOST).iter();
        let target = parts.uri.authority().map(Authority::as_str);
        let host = match (named.next(), named.next()) {
            (Some(host), None) => host.to_str().ok(),
            // from HTTP/2 on the target says it (RFC 9113 section 8.3.1); before, it is an error (RFC 9112 section 3.2)
            (None, None) if parts.version >= Version::HTTP_2 => target,
            (None, None) => return Some("no Host header"),
            (_, Some(_)) => return Some("more than one Host header"),
        };
        let Some(host) = host.and_then(name_and_port) else { return Some("the Host header names no host") };
        if target.is_some_and(|target| name_and_port(target).as_ref() != Some(&host)) {
            return Some("the Host header is not that of the request target");
        }
        if !self.hosts.iter().any(|allowed| allowed.is(&host)) {
            return Some("this server does not answer to that Host");
        }
        let mut pages = parts.headers.get_all(ORIGIN).iter();
        match (pages.next(), pages.next()) {
            (None, _) => None,
            (Some(page), None) => {
                let page = page.to_str().ok().and_then(parse_origin);
                let known = page.is_some_and(|page| self.origins.contains(&page));
                (!known).then_some("this server does not answer to pages of that Origin")
            }
            (Some(_), Some(_)) => Some("more than one Origin header"),
        }
    }
}

impl Host {
    fn is(&self, (name, port): &(String, Option<u16>)) -> bool {
        *name == self.name
            && match self.port {
                Port::Any => true,
                Port::Only { port: only, of_scheme } => port.or(of_scheme) == Some(only),
            }
    }
}

/// Reads an origin as a browser writes it: `https://host` or `https://host:port`, nothing after it.
pub(super) fn parse_origin(text: &str) -> Option<Origin> {
    let (scheme, rest) = text.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let (host, port) = name_and_port(rest)?;
    let port = port.or_else(|| port_of(&scheme))?;
    Some(Origin { scheme, host, port })
}

fn port_of(scheme: &str) -> Option<u16> {
    match scheme {
        "https" => Some(443),
        "http" => Some(80),
        _ => None,
    }
}

/// `host` or `host:port`, and nothing more: [`Authority`] also takes user information, and a port that is none.
fn name_and_port(text: &str) -> Option<(String, Option<u16>)> {
    let authority: Authority = text.parse().ok()?;
    let name = authority.host();
    let port = match text.strip_prefix(name)? {
        "" => None,
        rest => {
            let digits =
                rest.strip_prefix(':').filter(|port| port.bytes().all(|byte| byte.is_ascii_digit()))?;
            Some(digits.parse().ok()?)
        }
    };
    Some((name.to_ascii_lowercase(), port))
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn public(url: &str) -> Option<Allowed> {
        let url: http::Uri = url.parse().ok()?;
        Allowed::public(url.scheme()?, url.authority()?)
    }

    fn parts(version: Version, target: &str, host: Option<&str>) -> Parts {
        let mut request = Request::builder().version(version).uri(target);
        if let Some(host) = host {
            request = request.header(HOST, host);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn http_2_names_the_host_in_the_target() {
        let allowed = Allowed::loopback();
        let at = |version, target, host| allowed.refuses(&parts(version, target, host)).is_none();
        assert!(at(Version::HTTP_2, "http://localhost/mcp", None));
        assert!(at(Version::HTTP_2, "http://localhost:8080/mcp", Some("localhost:8080")));
        assert!(!at(Version::HTTP_2, "http://localhost/mcp", Some("127.0.0.1")));
        assert!(!at(Version::HTTP_2, "http://evil.example/mcp", None));
        assert!(!at(Version::HTTP_2, "http://a@localhost/mcp", None));
        assert!(!at(Version::HTTP_2, "/mcp", None));
        assert!(!at(Version::HTTP_11, "http://localhost/mcp", None));
        assert!(at(Version::HTTP_11, "/mcp", Some("localhost")));
    }

    #[test]
    fn a_public_url_names_a_host_and_a_port() {
        for url in ["https://a.example", "https://a.example:8443", "http://[::1]:80", "https://A.example/x"] {
            assert!(public(url).is_some(), "{url}");
        }
        for url in
            ["https://a.example:99999", "https://a.example:x", "https://a.example:", "https://a@b.example"]
        {
            assert!(public(url).is_none(), "{url}");
        }
    }

    #[test]
    fn names_are_nothing_but_a_host_and_a_port() {
        let read = |text: &str| name_and_port(text);
        assert_eq!(read("A.example"), Some(("a.example".to_owned(), None)));
        assert_eq!(read("a:80"), Some(("a".to_owned(), Some(80))));
        assert_eq!(read("[::1]:80"), Some(("[::1]".to_owned(), Some(80))));
        for text in [
            "", ":", ":80", "a:", "a:+1", "a:-1", "a:65536", "a:1x", "a:1:2", "u@a", "@a", "[::1]a", "[::1",
            "a/", "a?",
        ] {
            let read = read(text);
            assert!(read.as_ref().is_none_or(|(name, _)| name.is_empty()), "{text}: {read:?}");
        }
    }
}
