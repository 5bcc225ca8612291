mod request;

use std::{borrow::Cow, sync::Arc};

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::*,
    service::{NotificationContext, RequestContext, SubscriptionContext},
};

use super::{
    Core, Exchange, Gate, Recognised, Session, call, complete, decide_all, denial, list, listen,
    methods::is_offered, owned, skills,
};
use crate::{
    audit::{Outcome, Verdict},
    auth::{Credential, Principal},
};

/// The server that clients talk to: rmcp parses a request, and every method of it comes through here.
#[derive(Clone)]
pub(crate) struct Handler {
    core: Arc<Core>,
    identity: Identity,
    /// Who sent the request that it was made for, where it was made for one.
    made_for: Option<Recognised>,
    connection: listen::Connection,
}

/// Who is at the other end of a handler.
#[derive(Clone)]
pub(crate) enum Identity {
    /// The transport knows it, for as long as this handler lives.
    Known(Principal),
    /// The transport presents one credential for all requests, and it is looked at anew for each: it may expire or be
    /// revoked.
    Presented(Arc<Credential>),
    /// The transport recognises the sender of each request, and says who it is with the request.
    #[cfg_attr(
        not(feature = "http"),
        expect(dead_code, reason = "only HTTP recognises senders request by request")
    )]
    Exchanged,
}

impl Handler {
    pub(crate) fn new(core: Arc<Core>, identity: Identity) -> Self {
        Self { core, identity, made_for: Recognised::current(), connection: listen::Connection::default() }
    }

    /// The same handler behind the gate, for transports that take any service.
    pub(crate) fn gated(self) -> Gate {
        Gate(self)
    }

    /// Whether the transport keeps the handler for all requests of a connection, so that it can speak by itself.
    pub(super) fn holds_connection(&self, context: &RequestContext<RoleServer>) -> bool {
        match &self.identity {
            Identity::Known(_) | Identity::Presented(_) => true,
            Identity::Exchanged => context.extensions.get::<Session>().is_some(),
        }
    }

    /// Whether who is at the other end stays the same, whatever happens.
    pub(super) fn knows_its_client(&self) -> bool {
        matches!(self.identity, Identity::Known(_))
    }

    pub(super) fn core(&self) -> &Arc<Core> {
        &self.core
    }

    /// One page of a list, which differs from caller to caller: no page of it may be shared (MCP 2026-07-28,
    /// utilities/caching: `cacheScope` is `private` wherever a result varies per user, the same on all pages).
    async fn page<T: list::Row>(
        &self,
        params: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<list::Page<T>, ErrorData> {
        if !self.offers(T::METHOD) {
            return self.refuse(T::METHOD, &context).await;
        }
        let request = self.request(&context).await?;
        let page = list::page(&request.sender(&self.core), params, &context).await;
        let page = request.answer(page).await?;
        if let Some(prepared) = &page.prepared {
            request.signal.lists(T::LIST, Arc::clone(prepared));
        }
        Ok(page)
    }

    /// Whether the server has what this method is about.
    pub(super) fn offers(&self, method: &str) -> bool {
        is_offered(method, &self.core.settings.info.capabilities)
    }

    fn list_ttl(&self) -> u64 {
        u64::try_from(self.core.settings.list_ttl.as_millis()).unwrap_or(u64::MAX)
    }
}

/// Everybody who is let in is answered, so that nobody has to wait for a decision.
fn decides_nothing(context: &RequestContext<RoleServer>) {
    if let Some(exchange) = Exchange::of(context) {
        exchange.signal.decided();
    }
}

/// The four lists.
macro_rules! lists {
    ($($name:ident => $Result:ident;)*) => {
        $(
            async fn $name(
                &self,
                params: Option<PaginatedRequestParams>,
                context: RequestContext<RoleServer>,
            ) -> Result<$Result, ErrorData> {
                let page = self.page(params, context).await?;
                let mut result = $Result::with_all_items(page.items)
                    .with_cache_scope(CacheScope::Private)
                    .with_ttl_ms(self.list_ttl());
                result.next_cursor = page.next_cursor;
                Ok(result)
            }
        )*
    };
}

#[expect(
    deprecated,
    reason = "clients of the older protocol can still send these methods, and each is answered by name"
)]
impl ServerHandler for Handler {
    fn get_info(&self) -> ServerConfig {
        self.core.settings.info.clone()
    }

    /// For the validation of headers, which must not tell a caller about tools that they cannot call.
    fn get_tool(&self, name: &str) -> Option<Tool> {
        let principal = self.current()?;
        let found = self.core.surface.tool(name)?;
        let allowed = decide_all(&principal, &found.requirements).is_allow();
        allowed.then(|| self.core.surface.definition(name)).flatten()
    }

    lists! {
        list_tools => ListToolsResult;
        list_prompts => ListPromptsResult;
        list_resources => ListResourcesResult;
        list_resource_templates => ListResourceTemplatesResult;
    }

    async fn call_tool(
        &self,
        params: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let request = self.request(&context).await?;
        request.answer(call::call_tool(&request.sender(&self.core), params, context).await).await
    }

    async fn get_prompt(
        &self,
        params: GetPromptRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        if !self.offers("prompts/get") {
            return self.refuse("prompts/get", &context).await;
        }
        let request = self.request(&context).await?;
        request.answer(Box::pin(call::get_prompt(&request.sender(&self.core), params, context)).await).await
    }

    async fn read_resource(
        &self,
        params: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        if !self.offers("resources/read") {
            return self.refuse("resources/read", &context).await;
        }
        let request = self.request(&context).await?;
        request
            .answer(Box::pin(call::read_resource(&request.sender(&self.core), params, context)).await)
            .await
    }

    async fn complete(
        &self,
        params: CompleteRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        if !self.offers("completion/complete") {
            return self.refuse("completion/complete", &context).await;
        }
        let request = self.request(&context).await?;
        request.answer(Box::pin(complete::complete(&request.sender(&self.core), params, context)).await).await
    }

    async fn get_task(
        &self,
        params: GetTaskParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetTaskResult, ErrorData> {
        let request = self.request(&context).await?;
        request.answer(Box::pin(owned::get_task(&request.sender(&self.core), params, context)).await).await
    }

    async fn update_task(
        &self,
        params: UpdateTaskParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        let request = self.request(&context).await?;
        request.answer(Box::pin(owned::update_task(&request.sender(&self.core), params, context)).await).await
    }

    async fn cancel_task(
        &self,
        params: CancelTaskParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        let request = self.request(&context).await?;
        request.answer(Box::pin(owned::cancel_task(&request.sender(&self.core), params, context)).await).await
    }

    fn accepted_subscription_filter(&self, requested: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        let offered = match self.core.surface.foreign() {
            Some(foreign) => foreign.accepted(requested)?,
            None => requested.clone(),
        };
        let principal = self.current();
        Some(listen::accepted(&self.core, principal.as_ref(), &offered))
    }

    async fn listen(&self, subscription: SubscriptionContext) -> Result<(), ErrorData> {
        let request = self.request(subscription.request_context()).await?;
        let sender = request.sender(&self.core);
        let Some(stream) = self.core.streams.open(&request.principal) else {
            return request.answer(Err(listen::refuse(&sender))).await;
        };
        request.answer(Box::pin(listen::listen(self, &sender, stream, subscription)).await).await
    }

    async fn subscribe(
        &self,
        params: SubscribeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        if !self.offers("resources/subscribe") {
            return self.refuse("resources/subscribe", &context).await;
        }
        let request = self.request(&context).await?;
        let answer =
            Box::pin(listen::subscribe(self, &self.connection, &request.sender(&self.core), params, context))
                .await;
        request.answer(answer).await
    }

    async fn unsubscribe(
        &self,
        params: UnsubscribeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        if !self.offers("resources/unsubscribe") {
            return self.refuse("resources/unsubscribe", &context).await;
        }
        let request = self.request(&context).await?;
        let answer =
            listen::unsubscribe(&self.connection, &request.sender(&self.core), params, context).await;
        request.answer(answer).await
    }

    /// The least severe messages that the client wants. What a tool sends is the tool's.
    async fn set_level(
        &self,
        params: SetLevelRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        if !self.offers("logging/setLevel") {
            return self.refuse("logging/setLevel", &context).await;
        }
        let request = self.request(&context).await?;
        request.answer(owned::set_level(&request.sender(&self.core), params, context).await).await
    }

    /// A `tools/call` without a name that is text does not parse as one and arrives here.
    async fn on_custom_request(
        &self,
        custom: CustomRequest,
        context: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        let method = custom.method.clone();
        let is_modern =
            context.protocol_version().is_some_and(|version| version >= ProtocolVersion::V_2026_07_28);
        if (is_modern && super::methods::is_gone(&method)) || !self.offers(&method) {
            return self.refuse(&method, &context).await;
        }
        if let Some(expected) = super::methods::malformed(&method) {
            let record = self.record(&method, Verdict::Malformed, &context).await?;
            let error = ErrorData::invalid_params(format!("malformed `{method}`: {expected}"), None);
            return Err(denial::on_record(error, record));
        }
        let Some(requirement) = self.core.surface.method(&method) else {
            return self.refuse(&method, &context).await;
        };
        let request = self.request(&context).await?;
        request
            .answer(Box::pin(call::custom(&request.sender(&self.core), requirement, custom, context)).await)
            .await
    }

    async fn ping(&self, context: RequestContext<RoleServer>) -> Result<(), ErrorData> {
        decides_nothing(&context);
        match self.core.surface.foreign() {
            Some(foreign) => foreign.ping(context).await,
            None => Ok(()),
        }
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        decides_nothing(&context);
        match self.core.surface.foreign() {
            Some(foreign) => foreign.initialize(request, context).await,
            None => {
                context.peer.set_peer_info(request.clone());
                self.negotiate_initialize(&request)
            }
        }
    }

    async fn discover(&self, context: RequestContext<RoleServer>) -> Result<DiscoverResult, ErrorData> {
        decides_nothing(&context);
        match self.core.surface.foreign() {
            // it may say something else to everybody, and it is not asked who is asking
            Some(foreign) => foreign.discover(context).await,
            None => Plain(self.get_info()).discover(context).await,
        }
    }

    fn supported_protocol_versions(&self) -> Cow<'static, [ProtocolVersion]> {
        match self.core.surface.foreign() {
            Some(foreign) => foreign.supported_protocol_versions(),
            None => Cow::Borrowed(ProtocolVersion::KNOWN_VERSIONS),
        }
    }

    async fn on_initialized(&self, context: NotificationContext<RoleServer>) {
        if let Some(foreign) = self.core.surface.foreign() {
            foreign.on_initialized(context.clone()).await;
        }
        // who stays the same sees the same
        if !self.knows_its_client() {
            self.connection.speak(self, context.peer, context.extensions);
        }
    }

    async fn on_cancelled(
        &self,
        params: CancelledNotificationParam,
        context: NotificationContext<RoleServer>,
    ) {
        if let Some(foreign) = self.core.surface.foreign() {
            foreign.on_cancelled(params, context).await;
        }
    }

    async fn on_progress(&self, params: ProgressNotificationParam, context: NotificationContext<RoleServer>) {
        if let Some(foreign) = self.core.surface.foreign() {
            foreign.on_progress(params, context).await;
        }
    }

    async fn on_roots_list_changed(&self, context: NotificationContext<RoleServer>) {
        if let Some(foreign) = self.core.surface.foreign() {
            foreign.on_roots_list_changed(context).await;
        }
    }

    /// What no rule is about, nobody is told of.
    async fn on_custom_notification(
        &self,
        notification: CustomNotification,
        context: NotificationContext<RoleServer>,
    ) {
        let method = notification.method.clone();
        let surface = &self.core.surface;
        let Some((foreign, requirement)) = surface.foreign().zip(surface.method(&method)) else {
            tracing::debug!(target: "mcp_rbac", method, "a notification that calls nothing");
            return;
        };
        let mut request = RequestContext::new(RequestId::Number(0), context.peer.clone());
        request.extensions = context.extensions.clone();
        // there is nobody to tell that it is refused
        let Ok(request) = self.request(&request).await else { return };
        let request = request.of_notification();
        if let Ok(open) = call::begin_custom(&request.sender(&self.core), requirement, &method).await {
            foreign.on_custom_notification(notification, context).await;
            open.finish(Outcome::Completed);
        }
    }

    async fn list_skills(
        &self,
        params: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListSkillsResult, ErrorData> {
        let Some(foreign) = self.core.surface.foreign() else {
            return self.refuse("skills/list", &context).await;
        };
        let request = self.request(&context).await?;
        request
            .answer(Box::pin(skills::skills(&request.sender(&self.core), foreign, params, context)).await)
            .await
    }

    async fn get_skill(
        &self,
        params: GetSkillRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetSkillResult, ErrorData> {
        let Some(foreign) = self.core.surface.foreign() else {
            return self.refuse("skills/get", &context).await;
        };
        let request = self.request(&context).await?;
        request
            .answer(Box::pin(skills::get(&request.sender(&self.core), foreign, params, context)).await)
            .await
    }

    async fn read_resource_directory(
        &self,
        params: ReadResourceDirectoryRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let Some(foreign) = self.core.surface.foreign() else {
            return self.refuse("resources/directory/read", &context).await;
        };
        let request = self.request(&context).await?;
        request
            .answer(
                Box::pin(skills::read_directory(&request.sender(&self.core), foreign, params, context)).await,
            )
            .await
    }
}

/// A handler with nothing of its own, for the answers that rmcp makes of the description of a server.
struct Plain(ServerConfig);

impl ServerHandler for Plain {
    fn get_info(&self) -> ServerConfig {
        self.0.clone()
    }
}
