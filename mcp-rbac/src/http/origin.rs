//! Which names this server answers to, and for which pages a browser may ask it (MCP 2026-07-28,
//! basic/transports/streamable-http, "Security Warning").

use http::{
    HeaderMap, Uri,
    header::{HOST, ORIGIN},
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
    port: Option<u16>,
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
            ["localhost", "127.0.0.1", "[::1]"].map(|name| Host { name: name.to_owned(), port: None });
        Self { hosts: hosts.into(), origins: Vec::new() }
    }

    /// The host of a public URL, and the pages that this host itself serves.
    pub(super) fn public(scheme: &Scheme, authority: &Authority) -> Self {
        let port = authority.port_u16();
        let host = Host { name: authority.host().to_ascii_lowercase(), port };
        Self { hosts: vec![host], origins: origin(scheme.as_str(), authority).into_iter().collect() }
    }

    /// Why the request must not be answered, if so. It must name exactly one host, which is ours, and a page that asks
    /// must be one that may.
    pub(super) fn refuses(&self, headers: &HeaderMap, uri: &Uri) -> Option<&'static str> {
        let mut named = headers.get_all(HOST).iter();
        let host = match (named.next(), named.next()) {
            (Some(host), None) => host.to_str().ok().and_then(|host| host.parse().ok()),
            (None, None) => uri.authority().cloned(),
            (_, Some(_)) => return Some("more than one Host header"),
        };
        let Some(host) = host else { return Some("no Host header") };
        if uri.authority().is_some_and(|target| *target != host) {
            return Some("the Host header is not that of the request target");
        }
        if !self.hosts.iter().any(|allowed| allowed.is(&host)) {
            return Some("this server does not answer to that Host");
        }
        let mut pages = headers.get_all(ORIGIN).iter();
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
    fn is(&self, authority: &Authority) -> bool {
        !authority.as_str().contains('@')
            && authority.host().eq_ignore_ascii_case(&self.name)
            && self.port.is_none_or(|port| authority.port_u16() == Some(port))
            && (authority.port().is_none() || authority.port_u16().is_some())
    }
}

/// Reads an origin as a browser writes it: `https://host` or `https://host:port`, nothing after it.
pub(super) fn parse_origin(text: &str) -> Option<Origin> {
    let (scheme, rest) = text.split_once("://")?;
    let authority: Authority = rest.parse().ok()?;
    origin(scheme, &authority)
}

fn origin(scheme: &str, authority: &Authority) -> Option<Origin> {
    if authority.as_str().contains('@') {
        return None;
    }
    let port = match (authority.port(), authority.port_u16(), scheme) {
        (_, Some(port), _) => port,
        (None, None, "https") => 443,
        (None, None, "http") => 80,
        _ => return None,
    };
    Some(Origin { scheme: scheme.to_ascii_lowercase(), host: authority.host().to_ascii_lowercase(), port })
}
