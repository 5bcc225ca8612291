use std::{pin::pin, sync::Arc};

use bytes::Bytes;
use http::{Method, Request, request::Parts};
use http_body_util::Full;
use rmcp::transport::streamable_http_server::{
    StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
};

use super::{
    layer::Limits,
    respond::McpResponse,
    sessions::{Refused, SessionLimits, Sessions, names_several, watch_refusals},
};
use crate::{
    auth::Principal,
    guard::{Handler, Identity, Recognised},
    server::Server,
};

/// rmcp's side of the endpoint: without sessions for everybody, and with sessions for those who can own one.
pub(super) struct Served {
    /// Without sessions and with JSON answers rmcp waits for the guard's decision before it answers at all.
    stateless: StreamableHttpService<Handler, NeverSessionManager>,
    sessions: Option<(StreamableHttpService<Handler, Sessions>, SessionLimits)>,
}

/// What rmcp answered.
pub(super) struct Answered {
    pub(super) response: McpResponse,
    /// Why the request gets nothing of a session, where that is so.
    pub(super) refused: Option<(Refused, SessionLimits)>,
}

impl Served {
    pub(super) fn new(server: &Server, limits: &Limits, sessions: Option<SessionLimits>) -> Self {
        let config = || {
            StreamableHttpServerConfig::default()
                .with_legacy_session_mode(false)
                .with_json_response(true)
                .with_max_request_body_bytes(limits.body_bytes)
                .disable_allowed_hosts()
        };
        let make = || {
            let maker = server.clone();
            move || Ok(maker.handler(Identity::Exchanged))
        };
        let sessions = sessions.map(|of| {
            let manager = Arc::new(Sessions::new(server.clone(), of, limits.call_deadline));
            (StreamableHttpService::new(make(), manager, config().with_legacy_session_mode(true)), of)
        });
        let never = Arc::new(NeverSessionManager::default());
        Self { stateless: StreamableHttpService::new(make(), never, config()), sessions }
    }

    pub(super) fn has_sessions(&self) -> bool {
        self.sessions.is_some()
    }

    /// The methods of HTTP that are spoken.
    pub(super) fn methods(&self) -> &'static str {
        if self.has_sessions() { "GET, POST, DELETE" } else { "POST" }
    }

    pub(super) fn speaks(&self, method: &Method) -> bool {
        *method == Method::POST || self.has_sessions() && [Method::GET, Method::DELETE].contains(method)
    }

    /// Why a request is not served at all, where it names sessions.
    pub(super) fn refuses(&self, parts: &Parts) -> Option<&'static str> {
        let several = self.has_sessions() && names_several(&parts.headers);
        several.then_some("more than one Mcp-Session-Id header")
    }

    /// Serves a request of `sender`. Who is anonymous owns nothing, and is served without a session.
    ///
    /// What rmcp makes of a request is a future of some kilobytes: the one that most requests are stays where it is.
    pub(super) async fn serve(&self, sender: Recognised, request: Request<Full<Bytes>>) -> Answered {
        match &self.sessions {
            Some((service, limits)) if !Principal::is_anonymous(sender.principal()) => {
                let served = Box::pin(watch_refusals(service.handle(request)));
                let (response, refused) = sender.scope(served).await;
                Answered { response, refused: refused.map(|refused| (refused, *limits)) }
            }
            Some(_) | None => {
                let served = pin!(self.stateless.handle(request));
                Answered { response: sender.scope(served).await, refused: None }
            }
        }
    }
}
