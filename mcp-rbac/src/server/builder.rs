use std::{any::TypeId, sync::Arc, time::Duration};

use rmcp::model::{Implementation, ServerCapabilities, ServerConfig};

use super::{StartError, StartReport};
use crate::{
    auth::{Authenticate, Authenticators, Principal},
    guard::{Decision, Handler, Identity, Settings, Signal, decide, visible_tools},
    policy::{Policy, PolicyRole, Requirement, RoleRef},
    registry::{Plan, Problems, Registry, States, ToolInfo, assemble, short_type_name},
};

/// An MCP server whose every tool is guarded.
///
/// It serves the tools that `#[tool]` registered under one policy. Cloning it is cheap.
#[derive(Clone)]
pub struct Server {
    registry: Arc<Registry>,
    settings: Arc<Settings>,
    report: Arc<StartReport>,
    authenticators: Arc<Authenticators>,
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
            anonymous: Anonymous::Refused,
            settings: Settings { info, page_size: None, list_ttl: Duration::ZERO, list_acquirable: false },
        }
    }

    /// What was found at start-up.
    #[must_use]
    pub fn report(&self) -> &StartReport {
        &self.report
    }

    /// The policy in force.
    #[must_use]
    pub fn policy(&self) -> &'static Policy {
        self.registry.policy()
    }

    /// The tools that `principal` may call, sorted by name: what `tools/list` gives them.
    #[must_use]
    pub fn tools_of(&self, principal: &Principal) -> Vec<rmcp::model::Tool> {
        visible_tools(&self.registry, principal).map(|entry| entry.tool.clone()).collect()
    }

    /// What clients are told about the server.
    #[must_use]
    pub fn info(&self) -> &ServerConfig {
        &self.settings.info
    }

    /// The ways of finding out who sends an HTTP request, in the order in which they are tried.
    #[must_use]
    pub fn ways_in(&self) -> Vec<String> {
        self.authenticators.describe()
    }

    /// What `tool` requires; `None` where the server has no such tool.
    #[must_use]
    pub fn requirement(&self, tool: &str) -> Option<&'static Requirement> {
        self.registry.tool(tool).map(|entry| &entry.def.requirement)
    }

    /// What the guard would say if `principal` called `tool`; `None` where the server has no such tool. It is the
    /// function that decides on calls, so it cannot give another answer than a call would.
    #[must_use]
    pub fn decide(&self, principal: &Principal, tool: &str) -> Option<Decision> {
        self.registry.tool(tool).map(|entry| decide(principal, &entry.def.requirement))
    }

    /// The handler of one HTTP request.
    #[cfg(feature = "http")]
    pub(crate) fn handler_for(&self, exchange: crate::http::Exchange) -> Handler {
        let crate::http::Exchange { principal, signal } = exchange;
        self.handler_signalling(Identity::Known(principal), signal)
    }

    /// The handler of one connection.
    pub(crate) fn handler(&self, identity: Identity) -> Handler {
        self.handler_signalling(identity, Signal::default())
    }

    fn handler_signalling(&self, identity: Identity, signal: Signal) -> Handler {
        Handler::new(Arc::clone(&self.registry), Arc::clone(&self.settings), identity, signal)
    }

    /// The ways of finding out who is calling.
    pub(crate) fn authenticators(&self) -> &Arc<Authenticators> {
        &self.authenticators
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
    anonymous: Anonymous,
}

/// Whether requests without a credential are admitted.
#[derive(Clone, Copy)]
enum Anonymous {
    Refused,
    Admitted(Option<RoleRef>),
}

type Select = dyn Fn(&ToolInfo) -> bool + Send + Sync;

impl ServerBuilder {
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
        Self { anonymous: Anonymous::Admitted(None), ..self }
    }

    /// Admits HTTP requests without a credential, with what `role` may do: whoever reaches the server may do it.
    #[must_use]
    pub fn anonymous_as(mut self, role: impl PolicyRole) -> Self {
        let role = role.role();
        self.uses_role(role);
        Self { anonymous: Anonymous::Admitted(Some(role)), ..self }
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

    /// Splits lists into pages of `size` tools; without it a list is one page. A page holds at least one tool.
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

    /// Checks all that the compiler cannot see: names across crates, states, schemas. Every problem is reported, not
    /// the first. [`build`](Self::build) does the same.
    ///
    /// # Errors
    ///
    /// [`Problems`] that keep the server from starting.
    pub fn check(&self) -> Result<StartReport, Problems> {
        self.assemble().map(|(_, report)| report)
    }

    /// The server, checked.
    ///
    /// # Errors
    ///
    /// [`Problems`] that keep the server from starting.
    pub fn build(self) -> Result<Server, Problems> {
        let (registry, report) = self.assemble()?;
        Ok(self.server(registry, report))
    }

    /// The server, checked, and every way of recognising callers at work.
    pub(super) fn build_authenticating(self) -> Result<Server, StartError> {
        let (registry, report) = self.assemble()?;
        let problems = self.authenticators.start(self.policy);
        if !problems.is_empty() {
            return Err(StartError::Authenticator(problems));
        }
        Ok(self.server(registry, report))
    }

    /// [`build_authenticating`](Self::build_authenticating), if there is anybody to serve.
    #[cfg(feature = "http")]
    pub(crate) fn build_for_network(self) -> Result<Server, StartError> {
        if self.authenticators.is_empty() && matches!(self.anonymous, Anonymous::Refused) {
            return Err(StartError::NobodyAdmitted);
        }
        self.build_authenticating()
    }

    fn server(self, registry: Registry, report: StartReport) -> Server {
        let anonymous = match self.anonymous {
            Anonymous::Refused => None,
            // one role, of this policy, or none: nothing that could be refused
            Anonymous::Admitted(role) => Principal::anonymous(self.policy, role).ok(),
        };
        Server {
            registry: Arc::new(registry),
            settings: Arc::new(self.settings),
            report: Arc::new(report),
            authenticators: Arc::new(self.authenticators),
            anonymous,
        }
    }

    /// The server with another body in the place of every tool's; all before the body stays as it is. States may be
    /// missing: only the bodies that are gone would take them.
    #[cfg(feature = "testing")]
    pub(crate) fn build_with_bodies(self, body: crate::registry::Body) -> Result<Server, Problems> {
        let (mut registry, notes) = assemble(Plan { any_state: true, ..self.plan() })?;
        let report = StartReport::new(&registry, notes);
        registry.replace_bodies(body);
        Ok(self.server(registry, report))
    }

    /// The server as far as the policy goes, for commands that call no tool: states may be missing.
    #[cfg(feature = "cli")]
    pub(crate) fn without_states(&self) -> Result<Server, Problems> {
        let plan = Plan { any_state: true, ..self.plan() };
        let (registry, notes) = assemble(plan)?;
        let report = StartReport::new(&registry, notes);
        Ok(Server {
            registry: Arc::new(registry),
            settings: Arc::new(self.settings.clone()),
            report: Arc::new(report),
            authenticators: Arc::default(),
            anonymous: None,
        })
    }

    /// The policy of the server to be.
    #[must_use]
    pub fn policy(&self) -> &'static Policy {
        self.policy
    }

    /// A role that the configuration names; `check` and `build` refuse one of another policy.
    pub(super) fn uses_role(&mut self, role: RoleRef) {
        self.roles.push(role);
    }

    fn assemble(&self) -> Result<(Registry, StartReport), Problems> {
        let (registry, notes) = assemble(self.plan())?;
        let report = StartReport::new(&registry, notes);
        Ok((registry, report))
    }

    fn plan(&self) -> Plan<'_> {
        Plan {
            policy: self.policy,
            states: self.states.clone(),
            doubled: &self.doubled,
            any_state: false,
            select: self.select.as_deref(),
            roles: &self.roles,
        }
    }
}
