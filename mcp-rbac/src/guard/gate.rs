use std::borrow::Cow;

use rmcp::{
    ErrorData, RoleServer, Service,
    model::{ClientNotification, ClientRequest, ProtocolVersion, ServerConfig, ServerResult},
    service::{NotificationContext, RequestContext},
};

use super::Handler;

/// Where requests come in, before rmcp looks at them.
///
/// rmcp answers some methods by itself, depending on what the server advertises and on the version of the protocol
/// (`tasks/*`, `skills/*`, `subscriptions/listen`): the handler would never hear of them. So what is served is said
/// here, method by method, and all else is refused and leaves an event, whatever the version and whatever a later rmcp
/// adds.
pub(crate) struct Gate(pub(super) Handler);

impl Service<RoleServer> for Gate {
    async fn handle_request(
        &self,
        request: ClientRequest,
        context: RequestContext<RoleServer>,
    ) -> Result<ServerResult, ErrorData> {
        if is_served(&request) {
            self.0.handle_request(request, context).await
        } else {
            self.0.refuse(request.method()).await
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

/// The methods that the handler answers. A custom request is one of them: it refuses those itself.
fn is_served(request: &ClientRequest) -> bool {
    matches!(
        request,
        ClientRequest::InitializeRequest(_)
            | ClientRequest::DiscoverRequest(_)
            | ClientRequest::PingRequest(_)
            | ClientRequest::ListToolsRequest(_)
            | ClientRequest::CallToolRequest(_)
            | ClientRequest::CustomRequest(_)
    )
}
