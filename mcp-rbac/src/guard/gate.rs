use std::{borrow::Cow, cell::Cell};

use rmcp::{
    ErrorData, RoleServer, Service,
    model::{ClientNotification, ClientRequest, ErrorCode, ProtocolVersion, ServerConfig, ServerResult},
    service::{NotificationContext, RequestContext},
};

use super::{
    Handler,
    denial::on_record,
    methods::{Rule, rule_of},
};
use crate::audit::Verdict;

/// Where requests come in, before rmcp looks at them.
///
/// rmcp answers some methods by itself, depending on what the server advertises and on the version of the protocol
/// (`tasks/*`, `skills/*`, `subscriptions/listen`): the handler would never hear of them. So what is served is said
/// here, method by method, and all else is refused and leaves an event, whatever the version and whatever a later rmcp
/// adds. What is served rmcp may still refuse by itself (a version that it does not know, metadata that is missing):
/// then the gate leaves the event.
pub(crate) struct Gate(pub(super) Handler);

tokio::task_local! {
    /// Whether the handler has heard of the request, and so leaves the event about it.
    static HEARD: Cell<bool>;
}

/// The handler's: it has heard of the request.
pub(super) fn heard() {
    // behind another gate nobody asks
    let _asked = HEARD.try_with(|heard| heard.set(true));
}

impl Service<RoleServer> for Gate {
    async fn handle_request(
        &self,
        request: ClientRequest,
        context: RequestContext<RoleServer>,
    ) -> Result<ServerResult, ErrorData> {
        if !self.serves(&request) {
            return self.0.refuse(request.method(), &context).await;
        }
        let method = request.method().to_owned();
        let sender = context.clone();
        let answer = async move {
            let answer = self.0.handle_request(request, context).await;
            (answer, HEARD.with(Cell::get))
        };
        match HEARD.scope(Cell::new(false), answer).await {
            (Err(error), false) => {
                let unknown = error.code == ErrorCode::METHOD_NOT_FOUND;
                let verdict = if unknown { Verdict::UnknownMethod } else { Verdict::Malformed };
                match self.0.record(&method, verdict, &sender).await {
                    Ok(record) => Err(on_record(error, record)),
                    // a caller who is not recognised is on record already
                    Err(_unrecognised) => Err(error),
                }
            }
            (answer, _) => answer,
        }
    }

    async fn handle_notification(
        &self,
        notification: ClientNotification,
        context: NotificationContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.0.handle_notification(notification, context).await
    }

    fn get_info(&self) -> ServerConfig {
        Service::get_info(&self.0)
    }

    fn supported_protocol_versions(&self) -> Cow<'static, [ProtocolVersion]> {
        Service::supported_protocol_versions(&self.0)
    }
}

impl Gate {
    /// Whether the handler answers it. A custom request is one of them: it refuses those itself. So does it with what
    /// only a handler of somebody else's can have.
    fn serves(&self, request: &ClientRequest) -> bool {
        let is_custom = matches!(request, ClientRequest::CustomRequest(_));
        let is_foreign = self.0.core().surface.foreign().is_some();
        (is_custom || is_foreign || rule_of(request) != Rule::Denied) && self.0.offers(request.method())
    }
}
