#![expect(deprecated, reason = "clients of the older protocol still send `logging/setLevel`")]

use std::borrow::Cow;

use futures::future::BoxFuture;
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::*,
    service::{NotificationContext, RequestContext, SubscriptionContext},
};

type Answer<'a, T> = BoxFuture<'a, Result<T, ErrorData>>;

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
                    Box::pin(ServerHandler::$name(self, params, context))
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
                Box::pin(ServerHandler::listen(self, subscription))
            }

            fn ping<'a>(&'a self, context: RequestContext<RoleServer>) -> Answer<'a, ()> {
                Box::pin(ServerHandler::ping(self, context))
            }

            fn discover<'a>(&'a self, context: RequestContext<RoleServer>) -> Answer<'a, DiscoverResult> {
                Box::pin(ServerHandler::discover(self, context))
            }

            fn supported_protocol_versions(&self) -> Cow<'static, [ProtocolVersion]> {
                ServerHandler::supported_protocol_versions(self)
            }

            fn on_cancelled<'a>(
                &'a self,
                params: CancelledNotificationParam,
                context: NotificationContext<RoleServer>,
            ) -> BoxFuture<'a, ()> {
                Box::pin(ServerHandler::on_cancelled(self, params, context))
            }

            fn on_progress<'a>(
                &'a self,
                params: ProgressNotificationParam,
                context: NotificationContext<RoleServer>,
            ) -> BoxFuture<'a, ()> {
                Box::pin(ServerHandler::on_progress(self, params, context))
            }

            fn on_initialized<'a>(&'a self, context: NotificationContext<RoleServer>) -> BoxFuture<'a, ()> {
                Box::pin(ServerHandler::on_initialized(self, context))
            }

            fn on_roots_list_changed<'a>(
                &'a self,
                context: NotificationContext<RoleServer>,
            ) -> BoxFuture<'a, ()> {
                Box::pin(ServerHandler::on_roots_list_changed(self, context))
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
