use std::{borrow::Cow, sync::Arc, time::Duration};

use rmcp::{ErrorData, RoleServer, ServerHandler, model::*, service::RequestContext};

use super::{Decision, Gate, Signal, call, decide_baseline, denial, gate::heard, list};
use crate::{
    audit::{Event, Outcome, RecordId, Verdict},
    auth::{Credential, Principal},
    registry::Registry,
};

/// What the guard answers besides its decisions.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) info: ServerConfig,
    pub(crate) page_size: Option<usize>,
    pub(crate) list_ttl: Duration,
    /// Whether lists show what a caller could do with more scopes.
    pub(crate) list_acquirable: bool,
}

/// The server that clients talk to, on behalf of one caller: rmcp parses a request, and every method of it comes
/// through here.
#[derive(Clone)]
pub(crate) struct Handler {
    registry: Arc<Registry>,
    settings: Arc<Settings>,
    identity: Identity,
    signal: Signal,
}

/// Who is at the other end of a handler.
#[derive(Clone)]
pub(crate) enum Identity {
    /// The transport knows it, for as long as this handler lives.
    Known(Principal),
    /// The transport presents one credential for all requests, and it is looked at anew for each: it may expire or be
    /// revoked.
    Presented(Arc<Credential>),
}

impl Identity {
    /// Who sends the request in hand, or the error that refuses it.
    async fn principal(&self) -> Result<Cow<'_, Principal>, ErrorData> {
        match self {
            Self::Known(principal) => Ok(Cow::Borrowed(principal)),
            Self::Presented(credential) => match credential.principal().await {
                Ok(principal) => Ok(Cow::Owned(principal)),
                Err(unrecognised) => Err(denial::unrecognised(unrecognised)),
            },
        }
    }
}

impl Handler {
    pub(crate) fn new(
        registry: Arc<Registry>,
        settings: Arc<Settings>,
        identity: Identity,
        signal: Signal,
    ) -> Self {
        Self { registry, settings, identity, signal }
    }

    /// The same handler behind the gate, for transports that take any service.
    pub(crate) fn gated(self) -> Gate {
        Gate(self)
    }

    /// Who sends the request in hand, which from now on is the guard's.
    async fn principal(&self) -> Result<Cow<'_, Principal>, ErrorData> {
        heard();
        self.signal.hears();
        self.identity.principal().await
    }

    pub(super) async fn refuse<T>(&self, method: &str) -> Result<T, ErrorData> {
        self.record(method, Verdict::UnknownMethod).await?;
        Err(denial::unknown_method(method))
    }

    /// Leaves the event of a request that is refused for what it is, whoever sends it.
    pub(super) async fn record(&self, method: &str, verdict: Verdict) -> Result<(), ErrorData> {
        let principal = self.principal().await?;
        Event::new(&principal, RecordId::new(), method, None).verdict(verdict).emit();
        Ok(())
    }
}

/// Refuses the named methods one by one, so that each is a decision and leaves an event. What a later version of rmcp
/// adds falls to its default, which is to refuse as well.
macro_rules! refuse {
    ($($name:ident: $Params:ty => $Result:ty, $method:literal;)*) => {
        $(
            async fn $name(
                &self,
                _: $Params,
                _: RequestContext<RoleServer>,
            ) -> Result<$Result, ErrorData> {
                self.refuse($method).await
            }
        )*
    };
}

#[expect(
    deprecated,
    reason = "clients of the older protocol can still send these methods, and each is refused by name"
)]
impl ServerHandler for Handler {
    fn get_info(&self) -> ServerConfig {
        self.settings.info.clone()
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let principal = self.principal().await?;
        let record = RecordId::new();
        let event = Event::new(&principal, record, "tools/list", None);
        if let Decision::Deny(denial) = decide_baseline(&principal) {
            event.verdict(Verdict::Deny(denial.clone())).emit();
            let refused = denial::no_list(denial, &principal, record);
            self.signal.refused(&refused);
            return Err(refused.error);
        }
        let cursor = request.and_then(|params| params.cursor);
        let page = list::list_tools(&self.registry, &self.settings, &principal, cursor.as_deref());
        let outcome = match &page {
            Ok(page) => Outcome::Listed(page.tools.len()),
            Err(_) => Outcome::Failed,
        };
        event.verdict(Verdict::Allow).outcome(outcome).emit();
        page
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let principal = self.principal().await?;
        call::call(&self.registry, &principal, request, context).await.map_err(|refused| {
            self.signal.refused(&refused);
            refused.error
        })
    }

    /// A `tools/call` without a name that is text does not parse as one and arrives here.
    async fn on_custom_request(
        &self,
        request: CustomRequest,
        _: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        let method = request.method.as_str();
        if method != "tools/call" {
            return self.refuse(method).await;
        }
        self.record(method, Verdict::Malformed).await?;
        Err(ErrorData::invalid_params(
            "malformed `tools/call`: `name` must be a string and `arguments` an object",
            None,
        ))
    }

    refuse! {
        complete: CompleteRequestParams => CompleteResult, "completion/complete";
        set_level: SetLevelRequestParams => (), "logging/setLevel";
        get_prompt: GetPromptRequestParams => GetPromptResponse, "prompts/get";
        list_prompts: Option<PaginatedRequestParams> => ListPromptsResult, "prompts/list";
        list_resources: Option<PaginatedRequestParams> => ListResourcesResult, "resources/list";
        list_resource_templates: Option<PaginatedRequestParams> => ListResourceTemplatesResult,
            "resources/templates/list";
        read_resource: ReadResourceRequestParams => ReadResourceResponse, "resources/read";
        subscribe: SubscribeRequestParams => (), "resources/subscribe";
        unsubscribe: UnsubscribeRequestParams => (), "resources/unsubscribe";
        get_task: GetTaskParams => GetTaskResult, "tasks/get";
        update_task: UpdateTaskParams => (), "tasks/update";
        cancel_task: CancelTaskParams => (), "tasks/cancel";
        list_skills: Option<PaginatedRequestParams> => ListSkillsResult, "skills/list";
        get_skill: GetSkillRequestParams => GetSkillResult, "skills/get";
        read_resource_directory: ReadResourceDirectoryRequestParams => ListResourcesResult,
            "resources/directory/read";
    }
}
