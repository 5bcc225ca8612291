//! Which names this server answers to, and for which pages a browser may ask it (MCP 2026-07-28,
//! basic/transports/streamable-http, "Security Warning").

use http::{
    Version,
    request::Parts,
    uri::{Authority, Scheme},
};

use super::head::{Given, Head};

/// Names and pages.
#[derive(Debug, Clone)]
pub(super) struct Allowed {
    pub(super) hosts: Vec<Host>,
    pub(super) origins: Vec<Origin>,
    /// Whether a page may ask that comes from the very host and port that it asks.
    own_page: bool,
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
    /// The names of the machine itself, with any port, and the pages that are served there under the same name and port.
    pub(super) fn loopback() -> Self {
        let hosts =
            ["localhost", "127.0.0.1", "[::1]"].map(|name| Host { name: name.to_owned(), port: Port::Any });
        Self { hosts: hosts.into(), origins: Vec::new(), own_page: true }
    }

    /// The host of a public URL, and the pages that this host itself serves; `None` where the URL names none.
    pub(super) fn public(scheme: &Scheme, authority: &Authority) -> Option<Self> {
        let page = parse_origin(&format!("{scheme}://{authority}"))?;
        let port = Port::Only { port: page.port, of_scheme: port_of(&page.scheme) };
        Some(Self {
            hosts: vec![Host { name: page.host.clone(), port }],
            origins: vec![page],
            own_page: false,
        })
    }

    /// Why the request must not be answered, if so. It must name exactly one host, which is ours, and a page that asks
    /// must be one that may.
    pub(super) fn refuses(&self, parts: &Parts, head: &Head<'_>) -> Option<&'static str> {
        let target = parts.uri.authority().map(Authority::as_str);
        let host = match head.host {
            Given::Once(host) => host.to_str().ok(),
            // from HTTP/2 on the target says it (RFC 9113 section 8.3.1); before, it is an error (RFC 9112 section 3.2)
            Given::Not if parts.version >= Version::HTTP_2 => target,
            Given::Not => return Some("no Host header"),
            Given::Several => return Some("more than one Host header"),
        };
        // what is written like one of our names needs no parsing, unless the target says something as well
        let is_ours =
            target.is_none() && host.is_some_and(|host| self.hosts.iter().any(|ours| ours.reads(host)));
        if !is_ours {
            let Some(host) = host.and_then(name_and_port) else {
                return Some("the Host header names no host");
            };
            if target.is_some_and(|target| name_and_port(target).as_ref() != Some(&host)) {
                return Some("the Host header is not that of the request target");
            }
            if !self.hosts.iter().any(|allowed| allowed.is(&host)) {
                return Some("this server does not answer to that Host");
            }
        }
        match head.origin {
            Given::Not => None,
            Given::Once(page) => {
                let page = page.to_str().ok().and_then(parse_origin);
                let own = |page: &Origin| {
                    self.own_page
                        && host
                            .and_then(name_and_port)
                            .is_some_and(|(name, port)| page.host == name && port == Some(page.port))
                };
                let known = page.is_some_and(|page| self.origins.contains(&page) || own(&page));
                (!known).then_some("this server does not answer to pages of that Origin")
            }
            Given::Several => Some("more than one Origin header"),
        }
    }
}

impl Host {
    fn is(&self, (name, port): &(String, Option<u16>)) -> bool {
        *name == self.name && self.has_port(*port)
    }

    /// Whether `text` is this name, whatever the case of its letters, with nothing or a port after it. Then [`is`](Self::is)
    /// says the same of what [`name_and_port`] reads in it.
    fn reads(&self, text: &str) -> bool {
        let Some((name, rest)) = text.split_at_checked(self.name.len()) else { return false };
        name.eq_ignore_ascii_case(&self.name)
            && match rest.strip_prefix(':') {
                None => rest.is_empty() && self.has_port(None),
                Some(digits) => port(digits).is_some_and(|port| self.has_port(Some(port))),
            }
    }

    fn has_port(&self, port: Option<u16>) -> bool {
        match self.port {
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
        rest => Some(port(rest.strip_prefix(':')?)?),
    };
    Some((name.to_ascii_lowercase(), port))
}

/// Digits and nothing else: `u16` would also take a sign.
fn port(digits: &str) -> Option<u16> {
    digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use http::{Request, header::HOST};
    use proptest::prelude::*;

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
        let at = |version, target, host| {
            let parts = parts(version, target, host);
            allowed.refuses(&parts, &Head::of(&parts.headers)).is_none()
        };
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

    /// One of ours, another's, or next to one of ours.
    fn any_host() -> impl Strategy<Value = String> {
        let name = prop_oneof![
            "localhost",
            "[Ll]ocalhost\\.?",
            "127\\.0\\.0\\.1",
            "\\[::1\\]",
            "A\\.example",
            "[a-z@.\\[\\]:]{0,12}"
        ];
        let port =
            prop_oneof!["", ":", ":[0-9]{1,6}", ":8080", ":443", ":0*80", ":[-+a-z]?[0-9]{0,3}", "\\PC{0,4}"];
        (name, port).prop_map(|(name, port)| name + &port)
    }

    proptest! {
        #[test]
        fn a_name_that_needs_no_parsing_parses_to_the_same(text in any_host()) {
            let ours = ["https://a.example", "http://a.example:8080", "http://[::1]"].map(|url| public(url).unwrap());
            for host in [Allowed::loopback()].iter().chain(&ours).flat_map(|allowed| &allowed.hosts) {
                let parsed = name_and_port(&text).is_some_and(|parsed| host.is(&parsed));
                prop_assert_eq!(host.reads(&text), parsed, "{:?} {}", host, text);
            }
        }
    }
}
