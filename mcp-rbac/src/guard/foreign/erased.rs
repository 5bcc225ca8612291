#![expect(deprecated, reason = "clients of the older protocol still send `logging/setLevel`")]

use std::{
    any::Any,
    borrow::Cow,
    panic::{AssertUnwindSafe, catch_unwind},
};

use futures::{FutureExt, future::BoxFuture};
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::*,
    service::{NotificationContext, RequestContext, SubscriptionContext},
};

use crate::guard::run::said;

type Answer<'a, T> = BoxFuture<'a, Result<T, ErrorData>>;

fn log(panic: Box<dyn Any + Send>) {
    tracing::error!(target: "mcp_rbac::tool", error = said(panic), "the handler behind the guard panicked");
}

/// The answer, or an error where the handler panicked: rmcp would leave the client without any.
async fn contained<T>(answer: impl Future<Output = Result<T, ErrorData>>) -> Result<T, ErrorData> {
    AssertUnwindSafe(answer).catch_unwind().await.unwrap_or_else(|panic| {
        log(panic);
        Err(ErrorData::internal_error("internal error", None))
    })
}

/// The answer of what the guard runs as a body: it catches a panic by itself, and has it on record.
async fn thrown<T>(answer: impl Future<Output = Result<T, ErrorData>>) -> Result<T, ErrorData> {
    answer.await
}

/// The same for what has no answer.
async fn unheard(notified: impl Future<Output = ()>) {
    if let Err(panic) = AssertUnwindSafe(notified).catch_unwind().await {
        log(panic);
    }
}

/// What the handler says at once; nothing where it panicked.
fn asked<T: Default>(ask: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(ask)).unwrap_or_else(|panic| {
        log(panic);
        T::default()
    })
}

/// Declares [`Foreign`] and gives it to every handler of rmcp.
macro_rules! foreign {
    ($($(#[$attribute:meta])* $panics:ident $name:ident: $Params:ty => $Result:ty;)*) => {
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
            fn on_custom_notification<'a>(
                &'a self,
                notification: CustomNotification,
                context: NotificationContext<RoleServer>,
            ) -> BoxFuture<'a, ()>;
        }

        impl<H: ServerHandler> Foreign for H {
            $(
                fn $name<'a>(&'a self, params: $Params, context: RequestContext<RoleServer>)
                -> Answer<'a, $Result> {
                    Box::pin($panics(async move { ServerHandler::$name(self, params, context).await }))
                }
            )*

            fn info(&self) -> ServerConfig {
                self.get_info()
            }

            fn definition(&self, name: &str) -> Option<Tool> {
                asked(|| self.get_tool(name))
            }

            fn accepted(&self, requested: &SubscriptionFilter) -> Option<SubscriptionFilter> {
                asked(|| self.accepted_subscription_filter(requested))
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
                asked(|| ServerHandler::supported_protocol_versions(self))
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

            fn on_custom_notification<'a>(
                &'a self,
                notification: CustomNotification,
                context: NotificationContext<RoleServer>,
            ) -> BoxFuture<'a, ()> {
                Box::pin(unheard(async move {
                    ServerHandler::on_custom_notification(self, notification, context).await;
                }))
            }
        }
    };
}

foreign! {
    contained initialize: InitializeRequestParams => InitializeResult;
    thrown complete: CompleteRequestParams => CompleteResult;
    contained set_level: SetLevelRequestParams => ();
    thrown get_prompt: GetPromptRequestParams => GetPromptResponse;
    contained list_prompts: Option<PaginatedRequestParams> => ListPromptsResult;
    contained list_resources: Option<PaginatedRequestParams> => ListResourcesResult;
    contained list_resource_templates: Option<PaginatedRequestParams> => ListResourceTemplatesResult;
    thrown read_resource: ReadResourceRequestParams => ReadResourceResponse;
    contained subscribe: SubscribeRequestParams => ();
    contained unsubscribe: UnsubscribeRequestParams => ();
    thrown call_tool: CallToolRequestParams => CallToolResponse;
    contained list_tools: Option<PaginatedRequestParams> => ListToolsResult;
    contained on_custom_request: CustomRequest => CustomResult;
    contained get_task: GetTaskParams => GetTaskResult;
    contained update_task: UpdateTaskParams => ();
    contained cancel_task: CancelTaskParams => ();
    contained list_skills: Option<PaginatedRequestParams> => ListSkillsResult;
    contained get_skill: GetSkillRequestParams => GetSkillResult;
    contained read_resource_directory: ReadResourceDirectoryRequestParams => ListResourcesResult;
}
