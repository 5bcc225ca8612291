use std::{
    borrow::Cow,
    convert::Infallible,
    net::IpAddr,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{
    HeaderName, HeaderValue, Method, Request, StatusCode,
    header::{ALLOW, AUTHORIZATION, PROXY_AUTHORIZATION},
    request::Parts,
};
use http_body::Body;
use http_body_util::Full;
use rmcp::transport::streamable_http_server::{
    StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
};
use serde_json::Value;
use tokio::time::Instant;
use tower::Service;

use super::{
    authorization::{Presented, presented},
    body::{Glimpse, Unread, read},
    challenge::Challenges,
    exchange::Exchange,
    metadata::Metadata,
    origin::Allowed,
    remote::RemoteAddress,
    respond::{McpResponse, refusal, render, retry_after, until},
    unheard::unheard,
};
use crate::{
    audit::{Event, RecordId, Verdict},
    auth::{Authentication, Principal},
    guard::Handler,
    server::Server,
};

/// How much of the body of a refused request is read, to answer with its id.
const REFUSED_BODY: usize = 64 * 1024;
/// How long that may take.
const REFUSED_DEADLINE: Duration = Duration::from_secs(2);

/// Stands for a deadline that no clock can hold.
const NEVER: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

/// What bounds one request.
#[derive(Debug, Clone)]
pub(super) struct Limits {
    pub(super) body_bytes: usize,
    pub(super) body_deadline: Duration,
    pub(super) call_deadline: Duration,
}

/// The MCP endpoint as a [tower](https://docs.rs/tower) service: it recognises the caller, has the request served for
/// exactly that caller, and renders what the guard denied.
///
/// The caller's [`Principal`] is in the extensions of the request that the tools see and of the response; the
/// `Authorization` header is in neither.
#[derive(Clone)]
pub struct McpService {
    inner: StreamableHttpService<Handler, NeverSessionManager>,
    shared: Arc<Shared>,
}

struct Shared {
    server: Server,
    allowed: Allowed,
    limits: Limits,
    metadata: Metadata,
}

/// Why a request is answered without being served.
struct Refusal {
    status: StatusCode,
    text: Cow<'static, str>,
    record: Option<RecordId>,
    challenge: Option<Option<&'static str>>,
    retry_after: Option<Duration>,
}

impl McpService {
    pub(super) fn new(server: Server, allowed: Allowed, limits: Limits, metadata: Metadata) -> Self {
        // without sessions and with JSON answers rmcp waits for the guard's decision before it answers at all
        let config = StreamableHttpServerConfig::default()
            .with_legacy_session_mode(false)
            .with_json_response(true)
            .with_max_request_body_bytes(limits.body_bytes)
            .disable_allowed_hosts();
        let maker = server.clone();
        let inner = StreamableHttpService::new(
            move || match Exchange::current() {
                Some(exchange) => Ok(maker.handler_for(exchange)),
                None => Err(std::io::Error::other("a request outside of an exchange")),
            },
            Arc::new(NeverSessionManager::default()),
            config,
        );
        Self { inner, shared: Arc::new(Shared { server, allowed, limits, metadata }) }
    }

    /// What clients without a token ask for (RFC 9728), where an authorization server issues some; without one it is
    /// empty. [`HttpServer::into_router`](super::HttpServer::into_router) has it already; an application that puts the
    /// endpoint below a path of its own merges it into its root, because that is where clients look.
    pub fn metadata(&self) -> axum::Router {
        self.shared.metadata.router()
    }

    async fn serve<B>(mut self, request: Request<B>) -> McpResponse
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (mut parts, body) = request.into_parts();
        let principal = match self.shared.admit(&parts).await {
            Ok(principal) => principal,
            Err(refusal) => {
                let body = read(body, REFUSED_BODY, REFUSED_DEADLINE).await;
                let id = body.map_or(Value::Null, |body| Glimpse::of(&body).id);
                return refusal.respond(id, &self.shared.metadata.challenges);
            }
        };
        let (limits, challenges) = (&self.shared.limits, &self.shared.metadata.challenges);
        let body = match read(body, limits.body_bytes, limits.body_deadline).await {
            Ok(body) => body,
            Err(unread) => {
                return Refusal::unread(unread, limits, &principal).respond(Value::Null, challenges);
            }
        };
        for name in [AUTHORIZATION, PROXY_AUTHORIZATION, HeaderName::from_static("dpop")] {
            parts.headers.remove(name);
        }
        parts.extensions.insert(principal.clone());
        let exchange = Exchange::new(principal.clone());
        let signal = exchange.signal.clone();
        let call_deadline = limits.call_deadline;
        let request = Request::from_parts(parts, Full::new(body.clone()));
        let served = exchange.scope(async { self.inner.call(request).await });
        let now = Instant::now();
        let deadline = now.checked_add(call_deadline).unwrap_or(now + NEVER);
        let mut response = match tokio::time::timeout_at(deadline, served).await {
            Ok(Ok(response)) => until(response, deadline),
            Err(_elapsed) => Refusal::too_late(call_deadline).respond(Glimpse::of(&body).id, challenges),
        };
        if let Some((denial, record)) = signal.denial() {
            response = render(response, denial, *record, &principal, challenges);
        } else if !signal.was_heard() {
            response = unheard(response, Glimpse::of(&body), &principal).await;
        }
        response.extensions_mut().insert(principal);
        response
    }
}

impl Shared {
    /// Who is calling, or why nobody is let in.
    async fn admit(&self, parts: &Parts) -> Result<Principal, Refusal> {
        if let Some(why) = self.allowed.refuses(parts) {
            return Err(Refusal::turned_away(parts, StatusCode::FORBIDDEN, why));
        }
        if parts.method != Method::POST {
            let why = "MCP is spoken with POST";
            return Err(Refusal::turned_away(parts, StatusCode::METHOD_NOT_ALLOWED, why));
        }
        let has_credential = match presented(&parts.headers) {
            Presented::Nothing => false,
            Presented::Something => true,
            Presented::Malformed(why) => {
                return Err(Refusal::stranger(parts, why, StatusCode::BAD_REQUEST, Some("invalid_request")));
            }
        };
        let policy = self.server.policy();
        match self.server.authenticators().authenticate(parts, policy).await {
            Authentication::Principal(principal) => Ok(principal),
            Authentication::Rejected(why) | Authentication::Foreign(why) => {
                Err(Refusal::stranger(parts, &why, StatusCode::UNAUTHORIZED, Some("invalid_token")))
            }
            Authentication::Unavailable { retry_after } => {
                let mut refusal =
                    Refusal::stranger(parts, "unavailable", StatusCode::SERVICE_UNAVAILABLE, None);
                refusal.challenge = None;
                refusal.retry_after = Some(retry_after);
                Err(refusal)
            }
            Authentication::NotMine if has_credential => {
                let why = "no authenticator knows this kind of credential";
                Err(Refusal::stranger(parts, why, StatusCode::UNAUTHORIZED, Some("invalid_token")))
            }
            Authentication::NotMine => match self.server.anonymous() {
                Some(anonymous) => Ok(anonymous.clone()),
                None => Err(Refusal::stranger(parts, "no credential", StatusCode::UNAUTHORIZED, None)),
            },
        }
    }
}

impl Refusal {
    /// The refusal of somebody who could not be recognised. The reason is for the record; they are told a general one.
    fn stranger(parts: &Parts, why: &str, status: StatusCode, error: Option<&'static str>) -> Self {
        let text = match (status, error) {
            (StatusCode::BAD_REQUEST, _) => "the Authorization header is malformed",
            (StatusCode::SERVICE_UNAVAILABLE, _) => "it cannot be found out who is calling; try again later",
            (_, None) => "this server needs to know who is calling: send `Authorization: Bearer …`",
            (_, Some(_)) => "the credential is not valid",
        };
        let record = RecordId::new();
        Event::of_stranger(record, remote(parts)).verdict(Verdict::Unrecognised(why.to_owned())).emit();
        Self { record: Some(record), challenge: Some(error), ..Self::new(status, text) }
    }

    /// The refusal of a request that is looked at no further, whoever sends it.
    fn turned_away(parts: &Parts, status: StatusCode, why: &'static str) -> Self {
        let record = RecordId::new();
        Event::of_stranger(record, remote(parts)).verdict(Verdict::TurnedAway(why.into())).emit();
        Self { record: Some(record), ..Self::new(status, why) }
    }

    fn new(status: StatusCode, text: impl Into<Cow<'static, str>>) -> Self {
        Self { status, text: text.into(), record: None, challenge: None, retry_after: None }
    }

    fn unread(unread: Unread, limits: &Limits, principal: &Principal) -> Self {
        let (status, text) = match unread {
            Unread::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("the body is larger than {} bytes", limits.body_bytes),
            ),
            Unread::TooSlow => (StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time".to_owned()),
            Unread::Broken => (StatusCode::BAD_REQUEST, "the body could not be read".to_owned()),
        };
        let record = RecordId::new();
        Event::new(principal, record, "", None).verdict(Verdict::TurnedAway(text.clone().into())).emit();
        Self { record: Some(record), ..Self::new(status, text) }
    }

    /// The call itself is on record as cancelled.
    fn too_late(deadline: Duration) -> Self {
        Self::new(StatusCode::GATEWAY_TIMEOUT, format!("there was no answer within {} s", deadline.as_secs()))
    }

    fn respond(self, id: Value, challenges: &Challenges) -> McpResponse {
        let mut response = refusal(self.status, id, self.text, self.record);
        if let Some(error) = self.challenge {
            challenges.unrecognised(response.headers_mut(), error);
        }
        if let Some(after) = self.retry_after {
            retry_after(response.headers_mut(), after);
        }
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
        }
        response
    }
}

fn remote(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<RemoteAddress>().map(|remote| remote.0)
}

impl<B> Service<Request<B>> for McpService
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Response = McpResponse;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<McpResponse, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let service = self.clone();
        Box::pin(async move { Ok(service.serve(request).await) })
    }
}
