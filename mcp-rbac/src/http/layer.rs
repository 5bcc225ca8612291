use std::{
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{
    HeaderValue, Method, Request, StatusCode,
    header::{ALLOW, AUTHORIZATION, PROXY_AUTHORIZATION},
    request::Parts,
};
use http_body::Body;
use http_body_util::Full;
use rmcp::{
    ErrorData,
    model::ErrorCode,
    transport::streamable_http_server::{
        StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
    },
};
use serde_json::{Value, json};
use tower::Service;

use super::{
    authorization::{Presented, presented},
    body::{Unread, read, request_id},
    exchange::Exchange,
    origin::Allowed,
    remote::RemoteAddress,
    respond::{McpResponse, challenge, refusal, render, retry_after},
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
}

/// Why a request is answered without being served.
struct Refusal {
    status: StatusCode,
    error: ErrorData,
    record: Option<RecordId>,
    challenge: Option<Option<&'static str>>,
    retry_after: Option<Duration>,
}

impl McpService {
    pub(super) fn new(server: Server, allowed: Allowed, limits: Limits) -> Self {
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
        Self { inner, shared: Arc::new(Shared { server, allowed, limits }) }
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
                return refusal.respond(body.map_or(Value::Null, |body| request_id(&body)));
            }
        };
        let limits = &self.shared.limits;
        let body = match read(body, limits.body_bytes, limits.body_deadline).await {
            Ok(body) => body,
            Err(unread) => return Refusal::unread(unread, limits).respond(Value::Null),
        };
        for name in [AUTHORIZATION, PROXY_AUTHORIZATION] {
            parts.headers.remove(name);
        }
        parts.extensions.insert(principal.clone());
        let exchange = Exchange::new(principal.clone());
        let signal = exchange.signal.clone();
        let call_deadline = limits.call_deadline;
        let id = request_id(&body);
        let request = Request::from_parts(parts, Full::new(body));
        let served = exchange.scope(async { self.inner.call(request).await });
        let mut response = match tokio::time::timeout(call_deadline, served).await {
            Ok(Ok(response)) => response,
            Err(_elapsed) => Refusal::too_late(call_deadline).respond(id),
        };
        if let Some((denial, record)) = signal.denial() {
            response = render(response, denial, *record);
        }
        response.extensions_mut().insert(principal);
        response
    }
}

impl Shared {
    /// Who is calling, or why nobody is let in.
    async fn admit(&self, parts: &Parts) -> Result<Principal, Refusal> {
        if let Some(why) = self.allowed.refuses(&parts.headers, &parts.uri) {
            return Err(Refusal::new(StatusCode::FORBIDDEN, 403, why));
        }
        if parts.method != Method::POST {
            return Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, 405, "MCP is spoken with POST"));
        }
        let has_credential = match presented(&parts.headers) {
            Presented::Nothing => false,
            Presented::Something => true,
            Presented::Malformed(why) => {
                return Err(self.stranger(parts, why, StatusCode::BAD_REQUEST, Some("invalid_request")));
            }
        };
        let policy = self.server.policy();
        match self.server.authenticators().authenticate(parts, policy).await {
            Authentication::Principal(principal) => Ok(principal),
            Authentication::Rejected(why) => {
                Err(self.stranger(parts, &why, StatusCode::UNAUTHORIZED, Some("invalid_token")))
            }
            Authentication::Unavailable { retry_after } => {
                let mut refusal = self.stranger(parts, "unavailable", StatusCode::SERVICE_UNAVAILABLE, None);
                refusal.challenge = None;
                refusal.retry_after = Some(retry_after);
                Err(refusal)
            }
            Authentication::NotMine if has_credential => {
                let why = "no authenticator knows this kind of credential";
                Err(self.stranger(parts, why, StatusCode::UNAUTHORIZED, Some("invalid_token")))
            }
            Authentication::NotMine => match self.server.anonymous() {
                Some(anonymous) => Ok(anonymous.clone()),
                None => Err(self.stranger(parts, "no credential", StatusCode::UNAUTHORIZED, None)),
            },
        }
    }

    /// The refusal of somebody who could not be recognised. The reason is for the record; they are told a general one.
    fn stranger(&self, parts: &Parts, why: &str, status: StatusCode, error: Option<&'static str>) -> Refusal {
        let record = RecordId::new();
        let remote = parts.extensions.get::<RemoteAddress>().map(|remote| remote.0);
        Event::of_stranger(record, remote).verdict(Verdict::Unrecognised(why.to_owned())).emit();
        let text = match (status, error) {
            (StatusCode::BAD_REQUEST, _) => "the Authorization header is malformed",
            (StatusCode::SERVICE_UNAVAILABLE, _) => "it cannot be found out who is calling; try again later",
            (_, None) => "this server needs to know who is calling: send `Authorization: Bearer …`",
            (_, Some(_)) => "the credential is not valid",
        };
        let code = i32::from(status.as_u16());
        Refusal {
            record: Some(record),
            challenge: Some(error),
            error: ErrorData::new(ErrorCode(code), text, Some(json!({ "record": record }))),
            ..Refusal::new(status, code, text)
        }
    }
}

impl Refusal {
    fn new(status: StatusCode, code: i32, text: &'static str) -> Self {
        let error = ErrorData::new(ErrorCode(code), text, None);
        Self { status, error, record: None, challenge: None, retry_after: None }
    }

    fn unread(unread: Unread, limits: &Limits) -> Self {
        let (status, text) = match unread {
            Unread::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("the body is larger than {} bytes", limits.body_bytes),
            ),
            Unread::TooSlow => (StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time".to_owned()),
            Unread::Broken => (StatusCode::BAD_REQUEST, "the body could not be read".to_owned()),
        };
        let code = i32::from(status.as_u16());
        Self { error: ErrorData::new(ErrorCode(code), text, None), ..Self::new(status, code, "") }
    }

    fn too_late(deadline: Duration) -> Self {
        let status = StatusCode::GATEWAY_TIMEOUT;
        let text = format!("there was no answer within {} s", deadline.as_secs());
        Self { error: ErrorData::new(ErrorCode(504), text, None), ..Self::new(status, 504, "") }
    }

    fn respond(self, id: Value) -> McpResponse {
        let mut response = refusal(self.status, id, &self.error, self.record);
        if let Some(error) = self.challenge {
            challenge(response.headers_mut(), error);
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
