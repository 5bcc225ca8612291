use std::{
    net::{IpAddr, SocketAddr, ToSocketAddrs},
    time::Duration,
};

use axum::Router;
use http::{Uri, uri::Scheme};

use super::{
    layer::{Limits, McpService},
    metadata::Metadata,
    origin::{Allowed, parse_origin},
    sessions::SessionLimits,
};
use crate::server::{Server, ServerBuilder, StartError, StartReport, Tls, Transport};

/// Where MCP is served.
pub(super) const ENDPOINT: &str = "/mcp";

impl ServerBuilder {
    /// Serves over HTTP at `address` (`127.0.0.1:8080`; port 0 takes a free one), under the path `/mcp`.
    ///
    /// Both generations of MCP are served, without [sessions](HttpServer::legacy_sessions) and with JSON answers, and the
    /// status of an answer is the guard's decision.
    pub fn http(self, address: impl Into<String>) -> HttpServer {
        HttpServer {
            builder: self,
            address: address.into(),
            public_url: None,
            origins: Vec::new(),
            tls_in_front: false,
            #[cfg(feature = "tls")]
            tls: None,
            intake: Intake {
                proxies: Vec::new(),
                connections: 1024,
                connections_per_peer: 128,
                head_deadline: Duration::from_secs(10),
            },
            sessions: Sessions::default(),
            limits: Limits {
                body_bytes: 1024 * 1024,
                body_deadline: Duration::from_secs(15),
                call_deadline: Duration::from_secs(300),
            },
        }
    }
}

/// A server on HTTP; [`ServerBuilder::http`] makes one.
#[must_use = "it does nothing before `serve`"]
pub struct HttpServer {
    builder: ServerBuilder,
    address: String,
    public_url: Option<String>,
    origins: Vec<String>,
    tls_in_front: bool,
    #[cfg(feature = "tls")]
    pub(super) tls: Option<super::tls::TlsFiles>,
    intake: Intake,
    sessions: Sessions,
    limits: Limits,
}

/// Whether there are sessions, and what bounds them.
#[derive(Debug, Clone, Copy, Default)]
struct Sessions {
    on: bool,
    limits: SessionLimits,
}

/// What bounds the connections that a listener takes.
#[derive(Debug, Clone)]
pub(super) struct Intake {
    pub(super) proxies: Vec<IpAddr>,
    pub(super) connections: usize,
    pub(super) connections_per_peer: usize,
    pub(super) head_deadline: Duration,
}

/// A server that may start, and has no address yet.
pub(super) struct Checked {
    pub(super) address: SocketAddr,
    pub(super) server: Server,
    pub(super) allowed: Allowed,
    pub(super) limits: Limits,
    pub(super) sessions: Option<SessionLimits>,
    pub(super) intake: Intake,
    pub(super) tls: Tls,
    pub(super) public_url: Option<String>,
    #[cfg(feature = "tls")]
    pub(super) acceptor: Option<tokio_rustls::TlsAcceptor>,
}

impl HttpServer {
    /// The URL that clients know this server by, `https://records.example/mcp`: the one `Host` that it answers to, and
    /// the one page origin. Without it the server answers to the names of the machine itself.
    pub fn public_url(self, url: impl Into<String>) -> Self {
        Self { public_url: Some(url.into()), ..self }
    }

    /// Says that a proxy in front speaks TLS with the clients. A server that others can reach must have one.
    pub fn behind_tls_proxy(self) -> Self {
        Self { tls_in_front: true, ..self }
    }

    /// Lets pages of these origins (`https://app.example`) ask this server from a browser, besides those of its own
    /// public URL. A browser also wants CORS headers: put a CORS layer around [`into_router`](Self::into_router).
    pub fn allow_origins<O: Into<String>>(mut self, origins: impl IntoIterator<Item = O>) -> Self {
        self.origins.extend(origins.into_iter().map(Into::into));
        self
    }

    /// The proxies whose `X-Forwarded-For` is believed; nobody else's is. They may have as many connections as there are.
    pub fn trusted_proxies(mut self, proxies: impl IntoIterator<Item = IpAddr>) -> Self {
        self.intake.proxies = proxies.into_iter().map(|proxy| proxy.to_canonical()).collect();
        self
    }

    /// The size of the largest request body, in bytes; 1 MiB unless set.
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.limits.body_bytes = bytes;
        self
    }

    /// How long the head of a request may take to arrive, and a connection be kept that is not used; 10 seconds unless
    /// set.
    pub fn head_deadline(mut self, deadline: Duration) -> Self {
        self.intake.head_deadline = deadline;
        self
    }

    /// How long a request body may take to arrive; 15 seconds unless set.
    pub fn body_deadline(mut self, deadline: Duration) -> Self {
        self.limits.body_deadline = deadline;
        self
    }

    /// How long a client waits for an answer at most; 5 minutes unless set. The client is then told so (504); a tool
    /// that takes no notice of its `CancellationToken`, and every tool that is a plain `fn`, runs on to its end.
    pub fn call_deadline(mut self, deadline: Duration) -> Self {
        self.limits.call_deadline = deadline;
        self
    }

    /// How many connections are open at once, at most; 1,024 unless set. One more waits.
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.intake.connections = connections.max(1);
        self
    }

    /// How many of them one peer may have; 128 unless set. One more is closed at once, without an answer.
    ///
    /// A peer is an address as the socket says it, or, over IPv6, a /64 network. [Trusted
    /// proxies](Self::trusted_proxies) are not counted, since they bring many callers: name yours, or set this to what
    /// it needs.
    pub fn max_connections_per_peer(mut self, connections: usize) -> Self {
        self.intake.connections_per_peer = connections.max(1);
        self
    }

    /// Serves clients of MCP 2025-11-25 and older in sessions, if they ask for one with `initialize`: for tools that ask
    /// the client for something while they run (elicitation, sampling, roots), and for clients that want to hear of
    /// changes. Without it, and under MCP 2026-07-28 always, no request depends on another.
    ///
    /// A session belongs to the caller who began it: to the same principal through the same client (for an API key: the
    /// same key). For everybody else its id is one that does not exist (404), in a POST, a GET and a DELETE alike. An
    /// anonymous caller owns nothing and is served without a session. An id is no credential: each request in a session
    /// is authenticated and decided like any other, and what is denied has the status that it has without sessions.
    ///
    /// A stream ends within a second when the credential that it was opened with ends.
    ///
    /// There are 1,024 sessions at most, 16 of one principal, each with 64 requests at once. A session ends after eight
    /// hours, or when nothing happens in it for five minutes.
    pub fn legacy_sessions(mut self) -> Self {
        self.sessions.on = true;
        self
    }

    /// How many sessions there are at once, at the most, in all and of one principal; 1,024 and 16 unless set. Another
    /// one is refused (503 and 429), to be tried again later.
    pub fn max_sessions(mut self, in_all: usize, per_principal: usize) -> Self {
        self.sessions.limits.in_all = in_all;
        self.sessions.limits.per_principal = per_principal;
        self
    }

    /// How old a session may become; 8 hours unless set. Its client is then told that there is none (404), and begins a
    /// new one.
    pub fn max_session_age(mut self, age: Duration) -> Self {
        self.sessions.limits.age = age;
        self
    }

    /// The endpoint as a router with the one route `/mcp`, to nest in an application of your own, with its own TLS,
    /// CORS and tracing. Every request that reaches it is checked as on its own listener: credential, `Host`, `Origin`,
    /// size and time, over HTTP/2 as well.
    ///
    /// What concerns the listener is then the application's: the address, TLS, the number of connections, the time that
    /// the head of a request may take. Layers of the application
    ///
    /// * find the caller's [`Principal`](crate::Principal) in the extensions of the response;
    /// * say where a request came from by putting a [`RemoteAddress`](super::RemoteAddress) into its extensions, for
    ///   records and tools; nothing is read from forwarded headers;
    /// * see the `Authorization` header themselves: one that logs headers needs
    ///   [`SetSensitiveRequestHeadersLayer`](https://docs.rs/tower-http/0.7/tower_http/sensitive_headers/) around it;
    /// * answer CORS preflights, and let pages read the headers `WWW-Authenticate` and `Mcp-Rbac-Record`. Which pages
    ///   may ask is said here too, with [`allow_origins`](Self::allow_origins).
    ///
    /// ```
    /// # mcp_rbac::roles! { permissions { read_data } roles { reader { read_data } } }
    /// # #[mcp_rbac::tool(requires = "read_data", policy = rbac)]
    /// # fn get_record() {}
    /// # use mcp_rbac::Server;
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mcp = Server::new(&rbac::POLICY).allow_anonymous().http("127.0.0.1:8080").into_router()?;
    /// let app: axum::Router = axum::Router::new().nest("/api", mcp); // MCP is at /api/mcp
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`HttpError`] when the server cannot start.
    pub fn into_router(self) -> Result<Router, HttpError> {
        let service = self.into_service()?;
        Ok(service.metadata().route_service(ENDPOINT, service))
    }

    /// The endpoint as a [tower](https://docs.rs/tower) service, whatever the path; otherwise like
    /// [`into_router`](Self::into_router).
    ///
    /// # Errors
    ///
    /// [`HttpError`] when the server cannot start.
    pub fn into_service(self) -> Result<McpService, HttpError> {
        let allowed = self.allowed()?;
        let sessions = self.sessions.limits();
        let transport = Transport::Nested { sessions: sessions.is_some() };
        let server = self.builder.build_for_network()?.over(transport);
        let metadata = Metadata::of(&server, self.public_url.as_deref())?;
        Ok(McpService::new(server, allowed, self.limits, sessions, metadata))
    }

    /// Does what [`listen`](Self::listen) does before it takes the address: whatever keeps the server from starting is
    /// an error here as well, but for an address that another program has.
    ///
    /// # Errors
    ///
    /// [`HttpError`] when the server cannot start.
    pub fn check(self) -> Result<StartReport, HttpError> {
        let checked = self.checked()?;
        let url = checked.url(checked.address);
        Metadata::of(&checked.server, Some(checked.public_url.as_deref().unwrap_or(&url)))?;
        let transport = Transport::Http { url, tls: checked.tls, sessions: checked.sessions.is_some() };
        Ok(checked.server.over(transport).report().clone())
    }

    pub(super) fn checked(self) -> Result<Checked, HttpError> {
        Ok(Checked {
            address: self.listen_on()?,
            allowed: self.allowed()?,
            tls: self.encryption(),
            #[cfg(feature = "tls")]
            acceptor: self.tls.as_ref().map(super::tls::TlsFiles::acceptor).transpose()?,
            limits: self.limits,
            sessions: self.sessions.limits(),
            intake: self.intake,
            server: self.builder.build_for_network()?,
            public_url: self.public_url,
        })
    }

    /// The address to listen on; who may be reached by others must be told so.
    fn listen_on(&self) -> Result<SocketAddr, HttpError> {
        let address = self
            .address
            .to_socket_addrs()
            .ok()
            .and_then(|mut addresses| addresses.next())
            .ok_or_else(|| HttpError::Address(self.address.clone()))?;
        if !address.ip().is_loopback() {
            if self.public_url.is_none() {
                return Err(HttpError::NoPublicUrl(address));
            }
            if self.encryption() == Tls::Off {
                return Err(HttpError::NoTls(address));
            }
        }
        Ok(address)
    }

    fn encryption(&self) -> Tls {
        #[cfg(feature = "tls")]
        if self.tls.is_some() {
            return Tls::Own;
        }
        if self.tls_in_front { Tls::Proxy } else { Tls::Off }
    }

    fn allowed(&self) -> Result<Allowed, HttpError> {
        let mut allowed = match &self.public_url {
            None => Allowed::loopback(),
            Some(text) => {
                let bad = || HttpError::PublicUrl(text.clone());
                let url: Uri = text.parse().map_err(|_| bad())?;
                let (Some(scheme), Some(authority)) = (url.scheme(), url.authority()) else {
                    return Err(bad());
                };
                let plain = *scheme == Scheme::HTTP && !is_loopback_name(authority.host());
                if plain || ![Scheme::HTTP, Scheme::HTTPS].contains(scheme) {
                    return Err(bad());
                }
                Allowed::public(scheme, authority).ok_or_else(bad)?
            }
        };
        for text in &self.origins {
            allowed.origins.push(parse_origin(text).ok_or_else(|| HttpError::Origin(text.clone()))?);
        }
        Ok(allowed)
    }
}

impl Sessions {
    fn limits(self) -> Option<SessionLimits> {
        self.on.then_some(self.limits)
    }
}

impl Checked {
    /// Where the endpoint is for those who can reach the address.
    pub(super) fn url(&self, address: SocketAddr) -> String {
        let scheme = if self.tls == Tls::Own { "https" } else { "http" };
        format!("{scheme}://{address}{ENDPOINT}")
    }
}

fn is_loopback_name(host: &str) -> bool {
    host == "localhost"
        || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Why an HTTP server does not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// The server itself cannot start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The address is none.
    #[error("`{0}` is not an address to listen on; write `127.0.0.1:8080`")]
    Address(String),
    /// Others can reach the address, and the server does not know the name that they use.
    #[error("others can reach {0}, so say under which name they do: `.public_url(\"https://…/mcp\")`")]
    NoPublicUrl(SocketAddr),
    /// Others can reach the address, and credentials would cross the network in the clear.
    #[error(
        "others can reach {0}, and nothing encrypts what they send; give the server a certificate with `.tls(…)`, put \
         a proxy in front that speaks TLS and say so with `.behind_tls_proxy()`, or listen on 127.0.0.1"
    )]
    NoTls(SocketAddr),
    /// Clients would have to be told for what to get a token.
    #[error(
        "clients get their tokens from an authorization server, so say what for: `.public_url(\"https://…/mcp\")`"
    )]
    NoResource,
    /// The public URL is none that clients could use.
    #[error(
        "`{0}` is not a public URL; write `https://records.example/mcp` (plain http is for this machine alone)"
    )]
    PublicUrl(String),
    /// An allowed origin is none.
    #[error("`{0}` is not the origin of a page; write `https://app.example`")]
    Origin(String),
    /// A certificate or its key cannot be used.
    #[cfg(feature = "tls")]
    #[error("cannot use {path} for TLS: {why}", path = .path.display())]
    Tls {
        /// The file.
        path: std::path::PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The address cannot be had.
    #[error("cannot listen on {address}: {}", if .source.kind() == std::io::ErrorKind::AddrInUse { "another program does".to_owned() } else { .source.to_string() })]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
}
