use std::{
    borrow::Cow,
    convert::Infallible,
    net::IpAddr,
    pin::pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{
    HeaderName, HeaderValue, Method, Request, StatusCode,
    header::{ALLOW, PROXY_AUTHORIZATION},
    request::Parts,
};
use http_body::Body;
use http_body_util::Full;
use serde_json::Value;
use tokio::time::Instant;
use tower::Service;

use super::{
    authorization::{Presented, presented},
    body::{Glimpse, Unread, read},
    challenge::Challenges,
    head::Head,
    hold::{decided, watched},
    lists::fill,
    metadata::Metadata,
    origin::Allowed,
    remote::RemoteAddress,
    respond::{McpResponse, name_record, refusal, render, retry_after},
    served::{Answered, Served},
    sessions::{Refused, SessionLimits},
    unheard::unheard,
};
use crate::{
    audit::{Event, RecordId, Verdict},
    auth::{Authentication, Principal},
    guard::{Core, Exchange, Recognised},
    server::Server,
};

/// How much of the body of a refused request is read, to answer with its id.
const REFUSED_BODY: usize = 64 * 1024;
/// How long that may take.
const REFUSED_DEADLINE: Duration = Duration::from_secs(2);

/// Stands for a deadline that no clock can hold.
pub(super) const NEVER: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

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
/// The caller's [`Principal`] is in the extensions of the request that the tools see, and of every response to somebody
/// who was recognised (anonymous callers where they are admitted); the `Authorization` header is in neither.
#[derive(Clone)]
pub struct McpService(Arc<Shared>);

struct Shared {
    served: Served,
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
    /// The methods of HTTP that are spoken, where another one was.
    allow: Option<&'static str>,
}

impl McpService {
    pub(super) fn new(
        server: Server,
        allowed: Allowed,
        limits: Limits,
        sessions: Option<SessionLimits>,
        metadata: Metadata,
    ) -> Self {
        let served = Served::new(&server, &limits, sessions);
        Self(Arc::new(Shared { served, server, allowed, limits, metadata }))
    }

    /// What clients without a token ask for (RFC 9728), where an authorization server issues some; without one it is
    /// empty. [`HttpServer::into_router`](super::HttpServer::into_router) has it already; an application that puts the
    /// endpoint below a path of its own merges it into its root, because that is where clients look.
    pub fn metadata(&self) -> axum::Router {
        self.0.metadata.router()
    }
}

impl Shared {
    async fn serve<B>(self: Arc<Self>, request: Request<B>) -> Result<McpResponse, Infallible>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (mut parts, body) = request.into_parts();
        let (core, remote) = (self.server.core(), remote(&parts));
        let challenges = &self.metadata.challenges;
        let principal = match self.admit(&parts).await {
            Ok(principal) => principal,
            Err(refusal) => {
                let body = read(body, REFUSED_BODY, REFUSED_DEADLINE).await;
                let id = body.map_or(Value::Null, |body| Glimpse::of(&body).id);
                return Ok(refusal.respond(id, challenges));
            }
        };
        let limits = &self.limits;
        let body = match read(body, limits.body_bytes, limits.body_deadline).await {
            Ok(body) => body,
            Err(unread) => {
                let none = Glimpse::default();
                let event = |record| core.unserved(&principal, record, &none.method, remote, none.id());
                let refusal = Refusal::unread(unread, limits, event);
                let mut response = refusal.respond(Value::Null, challenges);
                response.extensions_mut().insert(principal);
                return Ok(response);
            }
        };
        let sender = Recognised::new(principal.clone(), self.server.authenticators().remember(&mut parts));
        for name in [PROXY_AUTHORIZATION, HeaderName::from_static("dpop")] {
            parts.headers.remove(name);
        }
        parts.extensions.insert(principal.clone());
        let (exchange, signal) = Exchange::new(sender.clone(), remote);
        parts.extensions.insert(exchange);
        let is_call = parts.method == Method::POST;
        let call_deadline = limits.call_deadline;
        let request = Request::from_parts(parts, Full::new(body.clone()));
        let event = |record, glimpse: &Glimpse| {
            core.unserved(&principal, record, &glimpse.method, remote, glimpse.id())
        };
        let now = Instant::now();
        let deadline = now.checked_add(call_deadline).unwrap_or(now + NEVER);
        let served = pin!(self.served.serve(sender.clone(), request));
        let served = async {
            let Answered { response, refused } = served.await;
            (decided(response, &signal).await, refused)
        };
        let mut response = match tokio::time::timeout_at(deadline, served).await {
            Ok((response, None)) => {
                let until = (is_call && !signal.has_stayed()).then_some(deadline);
                let mut response = watched(response, sender, &self.server, until);
                match (signal.denied(), signal.turned_away()) {
                    (Some(denied), _) => {
                        render(response, &denied.denial, denied.record, &principal, challenges)
                    }
                    (None, Some(record)) => {
                        name_record(response.headers_mut(), record);
                        response
                    }
                    (None, None) if signal.was_heard() => match signal.listed() {
                        Some((list, page)) => match fill(response, *list, page).await {
                            Some(response) => response,
                            None => Refusal::unfilled().respond(Glimpse::of(&body).id, challenges),
                        },
                        None => response,
                    },
                    (None, None) => unheard(response, Glimpse::of(&body), event).await,
                }
            }
            Ok((_, Some((refused, of)))) => {
                let glimpse = Glimpse::of(&body);
                let event = |record| event(record, &glimpse);
                Refusal::of_session(refused, &of, event).respond(glimpse.id.clone(), challenges)
            }
            Err(_elapsed) => {
                let glimpse = Glimpse::of(&body);
                let event = |record| event(record, &glimpse);
                Refusal::too_late(call_deadline, signal.call(), event).respond(glimpse.id.clone(), challenges)
            }
        };
        response.extensions_mut().insert(principal);
        Ok(response)
    }

    /// Who is calling, or why nobody is let in.
    async fn admit(&self, parts: &Parts) -> Result<Principal, Refusal> {
        let core = self.server.core();
        let head = Head::of(&parts.headers);
        if let Some(why) = self.allowed.refuses(parts, &head) {
            return Err(Refusal::turned_away(core, parts, StatusCode::FORBIDDEN, why));
        }
        if !self.served.speaks(&parts.method) {
            let why = "MCP is spoken with POST";
            let refusal = Refusal::turned_away(core, parts, StatusCode::METHOD_NOT_ALLOWED, why);
            return Err(Refusal { allow: Some(self.served.methods()), ..refusal });
        }
        if let Some(why) = self.served.refuses(parts) {
            return Err(Refusal::turned_away(core, parts, StatusCode::BAD_REQUEST, why));
        }
        let has_credential = match presented(head.authorization) {
            Presented::Nothing => false,
            Presented::Something => true,
            Presented::Malformed(why) => {
                return Err(Refusal::stranger(
                    core,
                    parts,
                    why,
                    StatusCode::BAD_REQUEST,
                    Some("invalid_request"),
                ));
            }
        };
        let policy = self.server.policy();
        match self.server.authenticators().authenticate(parts, policy).await {
            Authentication::Principal(principal) => Ok(principal),
            Authentication::Rejected(why) | Authentication::Foreign(why) => {
                Err(Refusal::stranger(core, parts, &why, StatusCode::UNAUTHORIZED, Some("invalid_token")))
            }
            Authentication::Unavailable { retry_after } => {
                let mut refusal =
                    Refusal::stranger(core, parts, "unavailable", StatusCode::SERVICE_UNAVAILABLE, None);
                refusal.challenge = None;
                refusal.retry_after = Some(retry_after);
                Err(refusal)
            }
            Authentication::NotMine if has_credential => {
                let why = "no authenticator knows this kind of credential";
                Err(Refusal::stranger(core, parts, why, StatusCode::UNAUTHORIZED, Some("invalid_token")))
            }
            Authentication::NotMine => match self.server.anonymous() {
                Some(anonymous) => Ok(anonymous.clone()),
                None => Err(Refusal::stranger(core, parts, "no credential", StatusCode::UNAUTHORIZED, None)),
            },
        }
    }
}

impl Refusal {
    /// The refusal of somebody who could not be recognised. The reason is for the record; they are told a general one.
    fn stranger(
        core: &Core,
        parts: &Parts,
        why: &str,
        status: StatusCode,
        error: Option<&'static str>,
    ) -> Self {
        let text = match (status, error) {
            (StatusCode::BAD_REQUEST, _) => "the Authorization header is malformed",
            (StatusCode::SERVICE_UNAVAILABLE, _) => "it cannot be found out who is calling; try again later",
            (_, None) => "this server needs to know who is calling: send `Authorization: Bearer …`",
            (_, Some(_)) => "the credential is not valid",
        };
        let record = RecordId::new();
        core.stranger(record, remote(parts)).verdict(Verdict::Unrecognised(why.to_owned())).emit();
        Self { record: Some(record), challenge: Some(error), ..Self::new(status, text) }
    }

    /// The refusal of a request that is looked at no further, whoever sends it.
    fn turned_away(core: &Core, parts: &Parts, status: StatusCode, why: &'static str) -> Self {
        let record = RecordId::new();
        core.stranger(record, remote(parts)).verdict(Verdict::TurnedAway(why.into())).emit();
        Self { record: Some(record), ..Self::new(status, why) }
    }

    /// The refusal of something of a session.
    fn of_session(refused: Refused, limits: &SessionLimits, event: impl FnOnce(RecordId) -> Event) -> Self {
        let (status, text, retry_after) = refused.answer(limits);
        let record = RecordId::new();
        event(record).verdict(Verdict::TurnedAway(text.clone())).emit();
        Self { record: Some(record), retry_after, ..Self::new(status, text) }
    }

    fn new(status: StatusCode, text: impl Into<Cow<'static, str>>) -> Self {
        Self { status, text: text.into(), record: None, challenge: None, retry_after: None, allow: None }
    }

    fn unread(unread: Unread, limits: &Limits, event: impl FnOnce(RecordId) -> Event) -> Self {
        let (status, text) = match unread {
            Unread::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("the body is larger than {} bytes", limits.body_bytes),
            ),
            Unread::TooSlow => (StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time".to_owned()),
            Unread::Broken => (StatusCode::BAD_REQUEST, "the body could not be read".to_owned()),
        };
        let record = RecordId::new();
        event(record).verdict(Verdict::TurnedAway(text.clone().into())).emit();
        Self { record: Some(record), ..Self::new(status, text) }
    }

    /// A call is on record already, as cancelled.
    fn too_late(deadline: Duration, call: Option<RecordId>, event: impl FnOnce(RecordId) -> Event) -> Self {
        let text = format!("there was no answer within {} s", deadline.as_secs());
        let record = call.unwrap_or_else(|| {
            let record = RecordId::new();
            let why = Verdict::TurnedAway(text.clone().into());
            event(record).verdict(why).emit();
            record
        });
        Self { record: Some(record), ..Self::new(StatusCode::GATEWAY_TIMEOUT, text) }
    }

    /// The list is on record already.
    fn unfilled() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "the list could not be put together")
    }

    fn respond(self, id: Value, challenges: &Challenges) -> McpResponse {
        let mut response = refusal(self.status, id, self.text, self.record);
        if let Some(error) = self.challenge {
            challenges.unrecognised(response.headers_mut(), error);
        }
        if let Some(after) = self.retry_after {
            retry_after(response.headers_mut(), after);
        }
        if let Some(methods) = self.allow {
            response.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
        }
        response
    }
}

/// The answer to a request for a path where nothing is.
pub(super) async fn nothing_there<B>(core: &Core, request: Request<B>) -> McpResponse
where
    B: Body<Data = Bytes>,
{
    let (parts, body) = request.into_parts();
    let refusal = Refusal::turned_away(core, &parts, StatusCode::NOT_FOUND, "MCP is served at /mcp");
    let body = read(body, REFUSED_BODY, REFUSED_DEADLINE).await;
    refusal.respond(body.map_or(Value::Null, |body| Glimpse::of(&body).id), &Challenges::default())
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
        Box::pin(Arc::clone(&self.0).serve(request))
    }
}
