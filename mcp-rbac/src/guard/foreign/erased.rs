#![expect(deprecated, reason = "clients of the older protocol still send `logging/setLevel`")]

use std::{borrow::Cow, panic::AssertUnwindSafe};

use futures::{FutureExt, future::BoxFuture};
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::*,
    service::{NotificationContext, RequestContext, SubscriptionContext},
};

type Answer<'a, T> = BoxFuture<'a, Result<T, ErrorData>>;

/// The answer, or an error where the handler panicked: rmcp would leave the client without any.
async fn contained<T>(answer: impl Future<Output = Result<T, ErrorData>>) -> Result<T, ErrorData> {
    AssertUnwindSafe(answer).catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!(target: "mcp_rbac::tool", "the handler behind the guard panicked");
        Err(ErrorData::internal_error("internal error", None))
    })
}

/// The same for what has no answer.
async fn unheard(notified: impl Future<Output = ()>) {
    if AssertUnwindSafe(notified).catch_unwind().await.is_err() {
        tracing::error!(target: "mcp_rbac::tool", "the handler behind the guard panicked");
    }
}

/// Declares [`Foreign`] and gives it to every handler of rmcp.
macro_rules! foreign {
    ($($(#[$attribute:meta])* $name:ident: $Params:ty => $Result:ty;)*) => {
        /// A handler of rmcp as an object: what the guard calls once it has decided. `ServerHandler` itself cannot be
        /// one, since its methods return futures of a type of their own.
        pub(crate) trait Foreign: Send + Sync + 'static {
            $(
                fn $name<'a>(&'a self, params: $Params, context: RequestContext<RoleServer>)
                -> Answer<'a, $Result>;
            )*

            fn info(&self) -> ServerConfig;
            fn definition(&self, name: &str) -> Option<Tool>;
            fn accepted(&self, requested: &SubscriptionFilter) -> Option<SubscriptionFilter>;
            fn listen<'a>(&'a self, subscription: SubscriptionContext) -> Answer<'a, ()>;
            fn ping<'a>(&'a self, context: RequestContext<RoleServer>) -> Answer<'a, ()>;
            fn discover<'a>(&'a self, context: RequestContext<RoleServer>) -> Answer<'a, DiscoverResult>;
            fn supported_protocol_versions(&self) -> Cow<'static, [ProtocolVersion]>;
            fn on_cancelled<'a>(
                &'a self,
                params: CancelledNotificationParam,
                context: NotificationContext<RoleServer>,
            ) -> BoxFuture<'a, ()>;
            fn on_progress<'a>(
                &'a self,
                params: ProgressNotificationParam,
                context: NotificationContext<RoleServer>,
            ) -> BoxFuture<'a, ()>;
            fn on_initialized<'a>(&'a self, context: NotificationContext<RoleServer>) -> BoxFuture<'a, ()>;
            fn on_roots_list_changed<'a>(
                &'a self,
                context: NotificationContext<RoleServer>,
            ) -> BoxFuture<'a, ()>;
        }

        impl<H: ServerHandler> Foreign for H {
            $(
                fn $name<'a>(&'a self, params: $Params, context: RequestContext<RoleServer>)
                -> Answer<'a, $Result> {
                    Box::pin(contained(async move { ServerHandler::$name(self, params, context).await }))
                }
            )*

            fn info(&self) -> ServerConfig {
                self.get_info()
            }

            fn definition(&self, name: &str) -> Option<Tool> {
                self.get_tool(name)
            }

            fn accepted(&self, requested: &SubscriptionFilter) -> Option<SubscriptionFilter> {
                self.accepted_subscription_filter(requested)
            }

            fn listen<'a>(&'a self, subscription: SubscriptionContext) -> Answer<'a, ()> {
                Box::pin(contained(async move { ServerHandler::listen(self, subscription).await }))
            }

            fn ping<'a>(&'a self, context: RequestContext<RoleServer>) -> Answer<'a, ()> {
                Box::pin(contained(async move { ServerHandler::ping(self, context).await }))
            }

            fn discover<'a>(&'a self, context: RequestContext<RoleServer>) -> Answer<'a, DiscoverResult> {
                Box::pin(contained(async move { ServerHandler::discover(self, context).await }))
            }

            fn supported_protocol_versions(&self) -> Cow<'static, [ProtocolVersion]> {
                ServerHandler::supported_protocol_versions(self)
            }

            fn on_cancelled<'a>(
                &'a self,
                params: CancelledNotificationParam,
                context: NotificationContext<RoleServer>,
            ) -> BoxFuture<'a, ()> {
                Box::pin(unheard(async move { ServerHandler::on_cancelled(self, params, context).await }))
            }

            fn on_progress<'a>(
                &'a self,
                params: ProgressNotificationParam,
                context: NotificationContext<RoleServer>,
            ) -> BoxFuture<'a, ()> {
                Box::pin(unheard(async move { ServerHandler::on_progress(self, params, context).await }))
            }

            fn on_initialized<'a>(&'a self, context: NotificationContext<RoleServer>) -> BoxFuture<'a, ()> {
                Box::pin(unheard(async move { ServerHandler::on_initialized(self, context).await }))
            }

            fn on_roots_list_changed<'a>(
                &'a self,
                context: NotificationContext<RoleServer>,
            ) -> BoxFuture<'a, ()> {
                Box::pin(unheard(async move { ServerHandler::on_roots_list_changed(self, context).await }))
            }
        }
    };
}

foreign! {
    initialize: InitializeRequestParams => InitializeResult;
    complete: CompleteRequestParams => CompleteResult;
    set_level: SetLevelRequestParams => ();
    get_prompt: GetPromptRequestParams => GetPromptResponse;
    list_prompts: Option<PaginatedRequestParams> => ListPromptsResult;
    list_resources: Option<PaginatedRequestParams> => ListResourcesResult;
    list_resource_templates: Option<PaginatedRequestParams> => ListResourceTemplatesResult;
    read_resource: ReadResourceRequestParams => ReadResourceResponse;
    subscribe: SubscribeRequestParams => ();
    unsubscribe: UnsubscribeRequestParams => ();
    call_tool: CallToolRequestParams => CallToolResponse;
    list_tools: Option<PaginatedRequestParams> => ListToolsResult;
    on_custom_request: CustomRequest => CustomResult;
    get_task: GetTaskParams => GetTaskResult;
    update_task: UpdateTaskParams => ();
    cancel_task: CancelTaskParams => ();
    list_skills: Option<PaginatedRequestParams> => ListSkillsResult;
    get_skill: GetSkillRequestParams => GetSkillResult;
    read_resource_directory: ReadResourceDirectoryRequestParams => ListResourcesResult;
}
