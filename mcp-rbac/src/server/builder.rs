mod build;

use std::{any::TypeId, path::PathBuf, sync::Arc, time::Duration};

use rmcp::model::{Implementation, ServerCapabilities, ServerConfig};
use secrecy::SecretString;

use super::{
    StartReport,
    behind::Behind,
    report::{Admission, Transport},
};
use crate::{
    audit::{Alert, Audit, Bursts, Limit, Metrics, Raised},
    auth::{Authenticate, Authenticators, Principal},
    guard::{Core, Decision, ForeignPlan, Handler, Identity, Settings, decide_all, visible_tools},
    policy::{Policy, PolicyRole, Requirement, RoleRef},
    registry::{Note, States, ToolInfo, short_type_name},
};

/// An MCP server whose every tool is guarded.
///
/// It serves the tools that `#[tool]` registered under one policy. Cloning it is cheap.
#[derive(Clone)]
pub struct Server {
    core: Arc<Core>,
    behind: Behind,
    report: Arc<StartReport>,
    anonymous: Option<Principal>,
}

impl Server {
    /// Begins a server under `policy`, the `rbac::POLICY` of a `roles!`.
    #[expect(clippy::new_ret_no_self, reason = "a server is first described, then checked, then there")]
    #[must_use]
    pub fn new(policy: &'static Policy) -> ServerBuilder {
        let info = ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("mcp-rbac", env!("CARGO_PKG_VERSION")));
        ServerBuilder {
            policy,
            states: States::new(),
            doubled: Vec::new(),
            select: None,
            roles: Vec::new(),
            authenticators: Authenticators::default(),
            anonymous: Admission::Refused,
            foreign: None,
            request_state_key: None,
            audit: None,
            audit_at: None,
            bursts: Bursts::default(),
            settings: Settings {
                info,
                page_size: None,
                list_ttl: Duration::ZERO,
                list_acquirable: false,
                conceal: false,
                max_output: None,
                raw_output: false,
                task_ttl: Duration::from_secs(5 * 60),
                report_only: None,
            },
        }
    }

    /// The same server, whose report says that it is reached in this way.
    pub(crate) fn over(self, transport: Transport) -> Self {
        Self { report: Arc::new(Arc::unwrap_or_clone(self.report).over(transport)), ..self }
    }

    /// What was found at start-up.
    #[must_use]
    pub fn report(&self) -> &StartReport {
        &self.report
    }

    /// The policy in force.
    #[must_use]
    pub fn policy(&self) -> &'static Policy {
        self.core.policy
    }

    /// The tools that `principal` may call, sorted by name: what `tools/list` gives them.
    #[must_use]
    pub fn tools_of(&self, principal: &Principal) -> Vec<rmcp::model::Tool> {
        let functions = self.behind.registry().into_iter();
        let tools = functions.flat_map(|registry| visible_tools(registry, principal));
        tools.map(|entry| entry.tool.clone()).collect()
    }

    /// What the handler behind a [`Guard`](crate::Guard) offers that nobody declared a requirement for, and what was
    /// declared that it does not offer. Nothing for a server of this crate's own functions, whose check finds more.
    ///
    /// # Errors
    ///
    /// The error that the handler answers with instead of a list.
    pub async fn survey(&self) -> Result<Vec<Note>, rmcp::ErrorData> {
        match &self.behind {
            Behind::Functions(_) => Ok(Vec::new()),
            Behind::Handler(handler) => handler.survey().await,
        }
    }

    /// The same server, with what the survey finds in its report and in the log.
    pub(crate) async fn surveyed(self) -> Self {
        let notes = match self.survey().await {
            Ok(notes) => notes,
            Err(error) => {
                tracing::warn!(target: "mcp_rbac", %error, "the handler cannot be surveyed");
                return self;
            }
        };
        for note in &notes {
            tracing::warn!(target: "mcp_rbac", "{note}");
        }
        Self { report: Arc::new(Arc::unwrap_or_clone(self.report).noting(notes)), ..self }
    }

    /// What clients are told about the server.
    #[must_use]
    pub fn info(&self) -> &ServerConfig {
        &self.core.settings.info
    }

    /// The ways of finding out who sends an HTTP request, in the order in which they are tried.
    #[must_use]
    pub fn ways_in(&self) -> Vec<String> {
        self.core.authenticators.describe()
    }

    /// What `tool` requires; `None` where the server has no such tool.
    #[must_use]
    pub fn requirement(&self, tool: &str) -> Option<Requirement> {
        self.core.surface.tool(tool).and_then(|found| found.requirements.first().copied())
    }

    /// What the guard would say if `principal` called `tool`; `None` where the server has no such tool. It is the
    /// function that decides on calls, so it cannot give another answer than a call would.
    #[must_use]
    pub fn decide(&self, principal: &Principal, tool: &str) -> Option<Decision> {
        self.core.surface.tool(tool).map(|found| decide_all(principal, &found.requirements))
    }

    /// A handler: of one HTTP request or session, or of a connection.
    pub(crate) fn handler(&self, identity: Identity) -> Handler {
        Handler::new(Arc::clone(&self.core), identity)
    }

    /// Says that the resource at `uri` is not what it was: whoever listens for it and may read it is told.
    pub fn resource_updated(&self, uri: &str) {
        self.core.updates.resource(uri);
    }

    /// It serves nobody any more.
    pub(crate) fn ends(&self) {
        self.core.ends();
    }

    /// What its handlers share.
    #[cfg(feature = "http")]
    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.core
    }

    /// The ways of finding out who is calling.
    pub(crate) fn authenticators(&self) -> &Arc<Authenticators> {
        &self.core.authenticators
    }

    /// The principal of a request without a credential, where the server admits such requests.
    #[must_use]
    pub fn anonymous(&self) -> Option<&Principal> {
        self.anonymous.as_ref()
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("policy", self.policy())
            .field("tools", &self.report.tools().len())
            .finish_non_exhaustive()
    }
}

/// A server that is being described; [`Server::new`] begins one.
pub struct ServerBuilder {
    policy: &'static Policy,
    states: States,
    doubled: Vec<&'static str>,
    select: Option<Box<Select>>,
    roles: Vec<RoleRef>,
    settings: Settings,
    authenticators: Authenticators,
    anonymous: Admission,
    /// A handler of rmcp, in the place of functions.
    foreign: Option<ForeignPlan>,
    request_state_key: Option<SecretString>,
    audit: Option<Audit>,
    audit_at: Option<PathBuf>,
    bursts: Bursts,
}

type Select = dyn Fn(&ToolInfo) -> bool + Send + Sync;

impl ServerBuilder {
    /// The same server in front of a handler of rmcp, which says itself what it is and what it can do.
    pub(crate) fn guarding(mut self, foreign: ForeignPlan) -> Self {
        self.settings.info = foreign.info();
        self.settings.report_only = foreign.report_only();
        Self { foreign: Some(foreign), ..self }
    }

    /// Gives the tools something to share; they take it as [`State<T>`](crate::State).
    #[must_use]
    pub fn state<T: Send + Sync + 'static>(self, state: T) -> Self {
        self.state_arc(Arc::new(state))
    }

    /// Like [`state`](Self::state), for a value that others hold as well.
    #[must_use]
    pub fn state_arc<T: Send + Sync + 'static>(mut self, state: Arc<T>) -> Self {
        if self.states.insert(TypeId::of::<T>(), state).is_some() {
            self.doubled.push(short_type_name::<T>());
        }
        self
    }

    /// Serves only the tools that `select` accepts: an admin port, a test. The others do not exist for this server.
    #[must_use]
    pub fn select(self, select: impl Fn(&ToolInfo) -> bool + Send + Sync + 'static) -> Self {
        Self { select: Some(Box::new(select)), ..self }
    }

    /// Adds a way of finding out who sends an HTTP request; they are asked in the order in which they are added.
    #[must_use]
    pub fn authenticate(mut self, authenticator: impl Authenticate) -> Self {
        self.authenticators.push(authenticator);
        self
    }

    /// Admits HTTP requests without a credential. They have no role: what they can call are the tools declared
    /// `public`. A credential that is presented and bad is refused all the same.
    #[must_use]
    pub fn allow_anonymous(self) -> Self {
        Self { anonymous: Admission::Admitted(None), ..self }
    }

    /// Admits HTTP requests without a credential, with what `role` may do: whoever reaches the server may do it.
    #[must_use]
    pub fn anonymous_as(mut self, role: impl PolicyRole) -> Self {
        let role = role.role();
        self.uses_role(role);
        Self { anonymous: Admission::Admitted(Some(role)), ..self }
    }

    /// The name and version that clients are told.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        self.settings.info.server_info = Implementation::new(name, version);
        self
    }

    /// What clients are told about using the server. Every caller gets it, whatever their role.
    #[must_use]
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.settings.info.instructions = Some(instructions.into());
        self
    }

    /// Answers for what the caller's roles do not reach as for what does not exist: the same bytes, on the same way. An
    /// anonymous caller is then asked who they are (401) for every name that they cannot use, whether there is such a
    /// thing or not.
    ///
    /// A resource that is hidden although it is one of a template that the caller may use is answered like one that the
    /// template does not know. The function of the template looks for that one, though, and for the hidden one nobody
    /// does: time can tell them apart.
    ///
    /// Without it a refused caller is told the name, and which permission is missing.
    #[must_use]
    pub fn conceal_forbidden(mut self) -> Self {
        self.settings.conceal = true;
        self
    }

    /// The largest result of any tool, prompt or resource, in bytes of JSON. A larger one becomes an error; the model is
    /// told the one of a tool. A tool can have a smaller limit of its own: `#[tool(output(max = …))]`. Without either there
    /// is no limit.
    #[must_use]
    pub fn max_output(mut self, bytes: usize) -> Self {
        self.settings.max_output = Some(bytes);
        self
    }

    /// Sends the text of tools, prompts and resources as it is. Otherwise what a model reads and a person does not see is
    /// taken out of it (control characters, tags, marks of direction, spaces without width), since that is a way to
    /// instruct a model behind the back of its user.
    ///
    /// Bytes are never changed: a resource that returns `Vec<u8>` is sent as it is without this.
    #[must_use]
    pub fn danger_raw_output(mut self) -> Self {
        self.settings.raw_output = true;
        self
    }

    /// How long a task ([`#[tool(task)]`](macro@crate::tool)) may run, and how long its result is kept from then on; 5
    /// minutes unless set. One that runs longer is stopped, and has failed.
    #[must_use]
    pub fn task_ttl(mut self, ttl: Duration) -> Self {
        self.settings.task_ttl = ttl;
        self
    }

    /// The key that seals what functions hand out between two rounds of one request (MCP 2026-07-28,
    /// basic/patterns/mrtr, "Request State"), of 32 random bytes at least. Processes that share the requests of a client
    /// need the same one. Without it there is a random one per process, and after a restart open rounds begin anew.
    #[must_use]
    pub fn request_state_key(self, key: SecretString) -> Self {
        Self { request_state_key: Some(key), ..self }
    }

    /// Says that tools send log messages to clients of MCP 2025-11-25 and older (`Peer::notify_logging_message`), so that
    /// those may say how severe one has to be. A tool finds that out from nobody: what it sends is its own affair.
    #[must_use]
    pub fn client_logging(mut self) -> Self {
        self.settings.info.capabilities.logging = Some(rmcp::model::JsonObject::new());
        self
    }

    /// Splits lists into pages of `size` items; without it a list is one page. A page holds at least one item.
    #[must_use]
    pub fn page_size(mut self, size: usize) -> Self {
        self.settings.page_size = Some(size.max(1));
        self
    }

    /// How long a client may go on showing a list it has (`ttlMs`, in whole milliseconds); zero unless set. It concerns
    /// what is shown: every call is decided when it comes.
    #[must_use]
    pub fn list_ttl(mut self, ttl: Duration) -> Self {
        self.settings.list_ttl = ttl;
        self
    }

    /// Records in this trail who asked for what, what was decided, and how it ended. A call that cannot be recorded does not
    /// happen: it is answered with 503.
    #[must_use]
    pub fn audit(self, audit: Audit) -> Self {
        Self { audit_at: Some(audit.path().to_owned()), audit: Some(audit), ..self }
    }

    /// Where it will be, for a report: nothing is opened.
    #[cfg(feature = "cli")]
    pub(crate) fn audit_at(self, path: PathBuf) -> Self {
        Self { audit_at: Some(path), ..self }
    }

    /// Raises an alert when somebody calls a tool too often. It is in the log, under the target `mcp_rbac::alert`, and in the
    /// audit trail, if there is one. Nothing is refused for it.
    #[must_use]
    pub fn alert(mut self, alert: Alert) -> Self {
        self.bursts.add(alert);
        self
    }

    /// Refuses calls that are too many (429), of one tool or of all together. Without it each principal is limited to
    /// [`Limit::of_principals`].
    #[must_use]
    pub fn limit(mut self, limit: Limit) -> Self {
        self.bursts.limit(limit);
        self
    }

    /// Lets every principal call as often as they want. What tools limit themselves stays.
    #[must_use]
    pub fn unlimited(mut self) -> Self {
        self.bursts.unlimited();
        self
    }

    /// Writes a metric for every alert, one line each ([`Raised::embedded_metric`]), for example to standard output where that
    /// is logged to CloudWatch. The call that raised it waits meanwhile.
    #[must_use]
    pub fn alert_metrics(
        mut self,
        namespace: impl Into<String>,
        writer: impl std::io::Write + Send + 'static,
    ) -> Self {
        self.bursts.metrics(Metrics::new(namespace.into(), writer));
        self
    }

    /// Is told of every alert that is raised. The call that raised it waits meanwhile: hand on what takes longer.
    #[must_use]
    pub fn on_alert(mut self, callback: impl Fn(&Raised) + Send + Sync + 'static) -> Self {
        self.bursts.on_alert(callback);
        self
    }

    /// Lists also the tools that a caller could call if their user granted the client more scopes: calling one is answered
    /// with a challenge that says which. Without it such a client sees only what its token covers, and its user never
    /// learns what else there is.
    ///
    /// It concerns callers that are limited by scopes ([`Principal::scopes`]). What roles forbid is in no list.
    #[must_use]
    pub fn list_acquirable(mut self) -> Self {
        self.settings.list_acquirable = true;
        self
    }
}
