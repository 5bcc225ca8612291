use std::{sync::Arc, time::SystemTime};

use rmcp::{ServerHandler, model::ServerConfig};

use super::{Foreign, ForeignSurface, rules::Rules};
use crate::{
    policy::{Policy, Requirement},
    registry::{Problem, Problems},
    server::{Server, ServerBuilder},
};

/// A guard in front of a handler that was written for rmcp, without touching its functions.
///
/// Every request goes through the one guard of this crate: what the handler lists is filtered, what it is asked for is
/// decided, and what nobody declared a requirement for is denied and named at start-up. Tools of a
/// `#[rmcp::tool_router]` say what they require with `#[mcp_rbac::tool(requires = "…")]` in the place of
/// `#[rmcp::tool]`; whatever else the handler offers is declared here.
///
/// ```
/// use mcp_rbac::{Guard, Requirement, rmcp};
///
/// mcp_rbac::roles! {
///     permissions { read_notes }
///     roles { reader { read_notes } }
/// }
///
/// struct Notes;
///
/// impl rmcp::ServerHandler for Notes {
///     // … as it was
/// }
///
/// # fn main() {
/// let reads = Requirement::permission(rbac::Permission::ReadNotes.into());
/// let server = Guard::new(Notes, &rbac::POLICY)
///     .require("get_note", reads)
///     .require_resource("notes://{id}", reads)
///     .into_server();
/// # let _ = server;
/// # }
/// ```
#[must_use = "it does nothing before `into_server`"]
pub struct Guard<H> {
    handler: H,
    policy: &'static Policy,
    module: Option<&'static str>,
    rules: Rules,
    report_only: Option<SystemTime>,
}

impl<H: ServerHandler> Guard<H> {
    /// Begins a guard in front of `handler`, under `policy`.
    pub fn new(handler: H, policy: &'static Policy) -> Self {
        Self { handler, policy, module: None, rules: Rules::default(), report_only: None }
    }

    /// Says which module the tools of this handler stand in (`module_path!()` there), where several handlers of one
    /// program have tools of one name. A module that no such tool stands in keeps the server from starting.
    pub fn module(self, module: &'static str) -> Self {
        Self { module: Some(module), ..self }
    }

    /// Declares what a tool requires: one that is added at run time, or that cannot carry the attribute. It goes before
    /// what stands at the method.
    pub fn require(mut self, tool: impl Into<String>, requirement: Requirement) -> Self {
        self.rules.tools.insert(tool.into(), requirement);
        self
    }

    /// Declares what a prompt requires.
    pub fn require_prompt(mut self, prompt: impl Into<String>, requirement: Requirement) -> Self {
        self.rules.prompts.insert(prompt.into(), requirement);
        self
    }

    /// Declares what a resource requires, by its URI or by a template of URIs (`notes://{id}`). A request has to meet
    /// the requirements of all templates that its URI matches. Skills are resources, too.
    pub fn require_resource(mut self, uri: impl Into<String>, requirement: Requirement) -> Self {
        self.rules.resources.push((uri.into(), requirement));
        self
    }

    /// Declares what a method of the handler's own requires, which the protocol does not know: a request or a
    /// notification. What is not declared does not reach the handler.
    pub fn require_method(mut self, method: impl Into<String>, requirement: Requirement) -> Self {
        self.rules.methods.insert(method.into(), requirement);
        self
    }

    /// Lets pass what would be denied, and records that it would have been (`would_deny`), until that moment: to see
    /// what a policy does before it does it. That holds for what nobody declared, too. From then on the guard denies. A
    /// server whose moment has passed does not start.
    pub fn danger_report_only(self, until: SystemTime) -> Self {
        Self { report_only: Some(until), ..self }
    }

    /// The server to be: it is given its ways of recognising callers, and serves, like one of this crate's own.
    #[must_use]
    pub fn into_server(self) -> ServerBuilder {
        let Self { handler, policy, module, rules, report_only } = self;
        let plan = ForeignPlan { handler: Arc::new(handler), module, rules, report_only };
        Server::new(policy).guarding(plan)
    }
}

/// A handler and what was declared for it, not yet checked.
#[derive(Clone)]
pub(crate) struct ForeignPlan {
    handler: Arc<dyn Foreign>,
    module: Option<&'static str>,
    rules: Rules,
    report_only: Option<SystemTime>,
}

impl ForeignPlan {
    /// Until when denials are only recorded.
    pub(crate) fn report_only(&self) -> Option<SystemTime> {
        self.report_only
    }

    /// What clients are told about the server.
    pub(crate) fn info(&self) -> ServerConfig {
        self.handler.info()
    }

    /// Checks what was declared.
    pub(crate) fn assemble(&self, policy: &'static Policy) -> Result<ForeignSurface, Problems> {
        let mut problems = Vec::new();
        let mut rules = self.rules.clone();
        rules.collect(policy, self.module, &mut problems);
        for (kind, name, requirement) in rules.all() {
            if requirement.permissions().any(|permission| permission.policy() != policy) {
                problems.push(Problem::OtherPolicy { kind, name: name.to_owned() });
            }
        }
        if self.report_only.is_some_and(|until| until <= SystemTime::now()) {
            problems.push(Problem::ReportOnlyEnded);
        }
        let uris = rules.matcher(&mut problems);
        match Problems::of(problems) {
            Some(problems) => Err(problems),
            None => Ok(ForeignSurface::new(Arc::clone(&self.handler), rules, uris, self.report_only)),
        }
    }
}
