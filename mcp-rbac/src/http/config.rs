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
};
use crate::server::{Server, ServerBuilder, StartError};

/// Where MCP is served.
const ENDPOINT: &str = "/mcp";

impl ServerBuilder {
    /// Serves over HTTP at `address` (`127.0.0.1:8080`; port 0 takes a free one), under the path `/mcp`.
    ///
    /// Both generations of MCP are served, without sessions and with JSON answers, so that the status of an answer is
    /// the guard's decision.
    pub fn http(self, address: impl Into<String>) -> HttpServer {
        HttpServer {
            builder: self,
            address: address.into(),
            public_url: None,
            origins: Vec::new(),
            tls_in_front: false,
            #[cfg(feature = "tls")]
            tls: None,
            trusted_proxies: Vec::new(),
            connections: 1024,
            head_deadline: Duration::from_secs(10),
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
    pub(super) builder: ServerBuilder,
    pub(super) address: String,
    public_url: Option<String>,
    origins: Vec<String>,
    tls_in_front: bool,
    #[cfg(feature = "tls")]
    pub(super) tls: Option<super::tls::TlsFiles>,
    pub(super) trusted_proxies: Vec<IpAddr>,
    pub(super) connections: usize,
    pub(super) head_deadline: Duration,
    limits: Limits,
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

    /// The proxies whose `X-Forwarded-For` is believed. Nobody else's is.
    pub fn trusted_proxies(self, proxies: impl IntoIterator<Item = IpAddr>) -> Self {
        Self { trusted_proxies: proxies.into_iter().map(|proxy| proxy.to_canonical()).collect(), ..self }
    }

    /// The size of the largest request body, in bytes; 1 MiB unless set.
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.limits.body_bytes = bytes;
        self
    }

    /// How long the head of a request may take to arrive, and a connection be kept that is not used; 10 seconds unless
    /// set.
    pub fn head_deadline(self, deadline: Duration) -> Self {
        Self { head_deadline: deadline, ..self }
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
    pub fn max_connections(self, connections: usize) -> Self {
        Self { connections: connections.max(1), ..self }
    }

    /// The endpoint as a router with the one route `/mcp`, to nest in an application of your own, with its own TLS,
    /// CORS and tracing. What this server checks of `Host` and `Origin` it checks here as well.
    ///
    /// # Errors
    ///
    /// [`HttpError`] when the server cannot start.
    pub fn into_router(self) -> Result<Router, HttpError> {
        let service = self.into_service()?;
        Ok(service.metadata().route_service(ENDPOINT, service))
    }

    /// The endpoint as a [tower](https://docs.rs/tower) service, whatever the path.
    ///
    /// # Errors
    ///
    /// [`HttpError`] when the server cannot start.
    pub fn into_service(self) -> Result<McpService, HttpError> {
        let (allowed, public_url, limits) = (self.allowed()?, self.public_url, self.limits);
        let server = self.builder.build_for_network()?;
        let metadata = metadata(&server, public_url.as_deref())?;
        Ok(McpService::new(server, allowed, limits, metadata))
    }

    /// The server, checked, which has no address yet.
    pub(super) fn split(self) -> Result<Checked, HttpError> {
        let (allowed, limits) = (self.allowed()?, self.limits);
        let server = self.builder.build_for_network()?;
        Ok(Checked { server, allowed, limits, public_url: self.public_url })
    }

    /// The address to listen on; who may be reached by others must be told so.
    pub(super) fn listen_on(&self) -> Result<SocketAddr, HttpError> {
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
            if !self.is_encrypted() {
                return Err(HttpError::NoTls(address));
            }
        }
        Ok(address)
    }

    fn is_encrypted(&self) -> bool {
        #[cfg(feature = "tls")]
        if self.tls.is_some() {
            return true;
        }
        self.tls_in_front
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

/// A server that may start.
pub(super) struct Checked {
    pub(super) server: Server,
    allowed: Allowed,
    limits: Limits,
    public_url: Option<String>,
}

impl Checked {
    /// The service, for clients that know it as `url` unless it has a public one.
    pub(super) fn service(self, url: impl FnOnce() -> String) -> Result<McpService, HttpError> {
        let url = self.public_url.unwrap_or_else(url);
        let metadata = metadata(&self.server, Some(&url))?;
        Ok(McpService::new(self.server, self.allowed, self.limits, metadata))
    }
}

/// What clients without a token are told about the endpoint that they know as `url`.
fn metadata(server: &Server, url: Option<&str>) -> Result<Metadata, HttpError> {
    let servers = server.authenticators().authorization_servers();
    if servers.is_empty() {
        return Ok(Metadata::default());
    }
    let text = url.ok_or(HttpError::NoResource)?;
    let url: Uri = text.parse().map_err(|_| HttpError::PublicUrl(text.to_owned()))?;
    for server in servers.iter().filter(|server| !server.audiences().iter().any(|audience| audience == text))
    {
        tracing::warn!(
            target: "mcp_rbac", issuer = server.issuer(), resource = text,
            "clients ask for tokens for this resource, and of this issuer none is taken that is for it: is it one of the \
             audiences?"
        );
    }
    Ok(Metadata::new(&url, text, &servers, server.policy()))
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
