use std::{convert::Infallible, future::Future, net::SocketAddr, sync::Arc, time::Duration};

use http::{HeaderName, HeaderValue, Request, Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    sync::Semaphore,
};
use tower::ServiceExt;
use uuid::Uuid;

use super::{
    config::{ENDPOINT, HttpError, HttpServer, Intake},
    layer::{McpService, nothing_there},
    metadata::Metadata,
    peers::Peers,
    remote::remote_address,
    stall::Impatient,
};
use crate::server::{Server, Transport};

/// How many headers a request may have, and how many bytes.
const MAX_HEADERS: usize = 64;
const HEAD_BYTES: usize = 32 * 1024;
/// How long a client may read nothing while there is something for it.
const WRITE_STALL: Duration = Duration::from_secs(30);
/// How long open calls may take to finish once the server is asked to stop.
const FAREWELL: Duration = Duration::from_secs(10);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A server that listens, and is about to answer.
#[must_use = "it does nothing before `run`"]
pub struct Listening {
    listener: TcpListener,
    address: SocketAddr,
    url: String,
    router: axum::Router,
    server: Server,
    intake: Intake,
    #[cfg(feature = "tls")]
    tls: Option<tokio_rustls::TlsAcceptor>,
}

impl HttpServer {
    /// Serves until the process is asked to stop (Ctrl-C, SIGTERM), then lets open calls finish.
    ///
    /// # Errors
    ///
    /// [`HttpError`] when the server cannot start.
    pub async fn serve(self) -> Result<(), HttpError> {
        let listening = self.listen().await?;
        tracing::info!(target: "mcp_rbac", "serving on {}\n{}", listening.url(), listening.server().report());
        listening.run_until_asked().await;
        Ok(())
    }

    /// Checks everything and takes the address, so that what is printed afterwards is true.
    ///
    /// # Errors
    ///
    /// [`HttpError`] when the server cannot start.
    pub async fn listen(self) -> Result<Listening, HttpError> {
        let checked = self.checked()?;
        let refuse = |source| HttpError::Listen { address: checked.address, source };
        let listener = TcpListener::bind(checked.address).await.map_err(refuse)?;
        let address = listener.local_addr().map_err(refuse)?;
        let url = checked.url(address);
        let metadata = Metadata::of(&checked.server, Some(checked.public_url.as_deref().unwrap_or(&url)))?;
        let sessions = checked.sessions.is_some();
        let server = checked.server.over(Transport::Http { url: url.clone(), tls: checked.tls, sessions });
        let server = server.surveyed().await;
        let service =
            McpService::new(server.clone(), checked.allowed, checked.limits, checked.sessions, metadata);
        let core = Arc::clone(server.core());
        let elsewhere = tower::service_fn(move |request| {
            let core = Arc::clone(&core);
            async move { Ok(nothing_there(&core, request).await) }
        });
        let router = service.metadata().route_service(ENDPOINT, service).fallback_service(elsewhere);
        Ok(Listening {
            listener,
            address,
            url,
            router,
            server,
            intake: checked.intake,
            #[cfg(feature = "tls")]
            tls: checked.acceptor,
        })
    }
}

impl Listening {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of the endpoint on this machine.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The server behind it.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Serves until the process is asked to stop (Ctrl-C, SIGTERM), then lets open calls finish.
    pub async fn run_until_asked(self) {
        self.run(asked_to_stop()).await;
    }

    /// Serves until `stop` is done, then lets open calls finish, for ten seconds at most.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        #[cfg(feature = "tls")]
        let tls = self.tls;
        let Self { listener, router, server, intake, .. } = self;
        let Intake { proxies, connections, connections_per_peer, head_deadline } = intake;
        let trusted: Arc<[std::net::IpAddr]> = proxies.into();
        let peers = Peers::new(connections_per_peer, Arc::clone(&trusted));
        let slots = Arc::new(Semaphore::new(connections));
        let graceful = GracefulShutdown::new();
        let mut stop = std::pin::pin!(stop);
        loop {
            let next = async {
                // the slot first: a connection that has to wait is not even accepted
                let slot = Arc::clone(&slots).acquire_owned().await.ok();
                (listener.accept().await, slot)
            };
            let (accepted, slot) = tokio::select! {
                () = &mut stop => break,
                next = next => next,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // out of file descriptors, mostly: it passes
                    tracing::warn!(target: "mcp_rbac", %error, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            let Some(place) = peers.admit(peer.ip()) else {
                tracing::debug!(target: "mcp_rbac", %peer, "too many connections");
                continue;
            };
            // small answers must not wait for the acknowledgement of the one before
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(target: "mcp_rbac", %error, "cannot set TCP_NODELAY");
            }
            let service = Arc::new(Front { peer, router: router.clone(), trusted: Arc::clone(&trusted) });
            let watcher = graceful.watcher();
            #[cfg(feature = "tls")]
            let tls = tls.clone();
            tokio::spawn(async move {
                #[cfg(feature = "tls")]
                if let Some(tls) = tls {
                    match tokio::time::timeout(head_deadline, tls.accept(stream)).await {
                        Ok(Ok(stream)) => answer(stream, service, head_deadline, watcher).await,
                        Ok(Err(error)) => tracing::debug!(target: "mcp_rbac", %error, %peer, "no TLS"),
                        Err(_elapsed) => tracing::debug!(target: "mcp_rbac", %peer, "no TLS in time"),
                    }
                    drop((slot, place));
                    return;
                }
                answer(stream, service, head_deadline, watcher).await;
                drop((slot, place));
            });
        }
        drop(listener);
        server.core().streams.close();
        if tokio::time::timeout(FAREWELL, graceful.shutdown()).await.is_err() {
            tracing::warn!(target: "mcp_rbac", "calls were still open {} s after the server was asked to stop", FAREWELL.as_secs());
        }
        server.core().ends();
    }
}

/// What stands between a connection and the service.
struct Front {
    peer: SocketAddr,
    router: axum::Router,
    trusted: Arc<[std::net::IpAddr]>,
}

impl Front {
    async fn serve(&self, mut request: Request<Incoming>) -> Result<Response<axum::body::Body>, Infallible> {
        let remote = remote_address(self.peer, request.headers(), &self.trusted);
        request.extensions_mut().insert(remote);
        let id = request_id(&request);
        let mut response = self.router.clone().oneshot(request).await?;
        response.headers_mut().insert(REQUEST_ID, id);
        Ok(response)
    }
}

/// One connection: HTTP/1.1, nothing else; no upgrade leads around the service.
async fn answer<S>(stream: S, front: Arc<Front>, head_deadline: Duration, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let peer = front.peer;
    let service = service_fn(move |request| {
        let front = Arc::clone(&front);
        async move { front.serve(request).await }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_deadline)
        .max_headers(MAX_HEADERS)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(Impatient::new(stream, WRITE_STALL)), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(target: "mcp_rbac", %error, %peer, "connection ended");
    }
}

/// The id that the client or a proxy gave the request, when it is short and plain; a new one otherwise.
fn request_id(request: &Request<Incoming>) -> HeaderValue {
    let given = request.headers().get(&REQUEST_ID).filter(|value| {
        (1..=64).contains(&value.len())
            && value.as_bytes().iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
    });
    match given {
        Some(given) => given.clone(),
        None => HeaderValue::try_from(Uuid::now_v7().to_string())
            .unwrap_or_else(|_| HeaderValue::from_static("none")),
    }
}

/// Done when the process is asked to stop.
async fn asked_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                let _signal = signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
