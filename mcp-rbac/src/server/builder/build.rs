//! From what was said to a server: everything is checked, and then there.

use std::sync::Arc;

use rmcp::model::Implementation;
use secrecy::ExposeSecret;

use super::{Server, ServerBuilder};
use crate::{
    audit::{About, Audit, Bursts},
    auth::Principal,
    guard::{Core, RequestStates, Streams, Tasks, Updates, method_tools},
    policy::{Policy, RoleRef, nearest},
    registry::{Note, Oversight, Plan, Problem, Problems, Treatment, assemble},
    server::{
        StartError, StartReport,
        behind::Behind,
        report::{Admission, Setup, Transport},
    },
    view::Views,
};

impl ServerBuilder {
    /// Checks all that the compiler cannot see: names across crates, states, schemas. Every problem is reported, not
    /// the first. [`build`](Self::build) does the same.
    ///
    /// # Errors
    ///
    /// [`Problems`] that keep the server from starting.
    pub fn check(&self) -> Result<StartReport, Problems> {
        let (_, report) = self.assemble()?;
        self.request_states().map(|_| report)
    }

    /// The server, checked.
    ///
    /// # Errors
    ///
    /// [`Problems`] that keep the server from starting.
    pub fn build(self) -> Result<Server, Problems> {
        let (behind, report) = self.assemble()?;
        self.server(behind, report)
    }

    /// The server, checked, and every way of recognising callers at work.
    pub(in crate::server) fn build_authenticating(self) -> Result<Server, StartError> {
        let (behind, report) = self.assemble()?;
        let problems = self.authenticators.start(self.policy);
        if !problems.is_empty() {
            return Err(StartError::Authenticator(problems));
        }
        Ok(self.server(behind, report)?)
    }

    /// [`build_authenticating`](Self::build_authenticating), if there is anybody to serve.
    #[cfg(feature = "http")]
    pub(crate) fn build_for_network(self) -> Result<Server, StartError> {
        if self.authenticators.is_empty() && matches!(self.anonymous, Admission::Refused) {
            return Err(StartError::NobodyAdmitted);
        }
        self.build_authenticating()
    }

    fn server(self, behind: Behind, report: StartReport) -> Result<Server, Problems> {
        let request_states = self.request_states()?;
        let anonymous = match self.anonymous {
            Admission::Refused => None,
            // one role, of this policy, or none: nothing that could be refused
            Admission::Admitted(role) => Principal::anonymous(self.policy, role).ok(),
        };
        let mut settings = self.settings;
        behind.describe(&mut settings.info);
        let surface = behind.surface();
        let mut bursts = self.bursts;
        let oversight = surface.oversight();
        check_oversight(&oversight, &bursts, &report, self.audit.as_ref())?;
        oversight.iter().for_each(|(tool, oversight)| bursts.declared(tool, oversight));
        drop(oversight);
        let Implementation { name, version, .. } = &settings.info.server_info;
        let about = About { server: format!("{name}/{version}"), policy: report.fingerprint() };
        let core = Core {
            policy: self.policy,
            surface,
            states: self.states,
            settings,
            tasks: Tasks::default(),
            request_states,
            updates: Updates::default(),
            streams: Streams::default(),
            views: Views::default(),
            authenticators: Arc::new(self.authenticators),
            trail: self.audit.map(|audit| audit.into_trail(&about)),
            bursts,
        };
        Ok(Server { core: Arc::new(core), behind, report: Arc::new(report), anonymous })
    }

    /// The server with another body in the place of every tool's; all before the body stays as it is. States may be
    /// missing: only the bodies that are gone would take them.
    #[cfg(feature = "testing")]
    pub(crate) fn build_with_bodies(self, body: crate::registry::Body) -> Result<Server, Problems> {
        let (mut registry, notes) = assemble(Plan { any_state: true, ..self.plan() })?;
        let report = StartReport::new(&registry, notes, self.setup());
        registry.replace_bodies(body);
        self.server(Behind::Functions(Arc::new(registry)), report)
    }

    /// The server as far as the policy goes, for commands that call no function: states may be missing.
    #[cfg(feature = "cli")]
    pub(crate) fn without_states(&self) -> Result<Server, Problems> {
        let (behind, report) = self.assemble_with(Plan { any_state: true, ..self.plan() })?;
        let described = Self { settings: self.settings.clone(), ..Server::new(self.policy) };
        described.server(behind, report)
    }

    /// The policy of the server to be.
    #[must_use]
    pub fn policy(&self) -> &'static Policy {
        self.policy
    }

    /// A role that the configuration names; `check` and `build` refuse one of another policy.
    pub(in crate::server) fn uses_role(&mut self, role: RoleRef) {
        self.roles.push(role);
    }

    fn assemble(&self) -> Result<(Behind, StartReport), Problems> {
        self.assemble_with(self.plan())
    }

    fn request_states(&self) -> Result<RequestStates, Problems> {
        let states = match &self.request_state_key {
            None => RequestStates::new().map_err(|error| Problem::NoRandomness(error.to_string())),
            Some(key) => RequestStates::with_key(key.expose_secret().as_bytes())
                .map_err(|_| Problem::ShortRequestStateKey { least: RequestStates::LEAST_KEY }),
        };
        states.map_err(Problems::one)
    }

    fn assemble_with(&self, plan: Plan<'_>) -> Result<(Behind, StartReport), Problems> {
        match &self.foreign {
            None => {
                let (registry, notes) = assemble(plan)?;
                let report = StartReport::new(&registry, notes, self.setup());
                Ok((Behind::Functions(Arc::new(registry)), report))
            }
            Some(foreign) => {
                let notes = foreign.report_only().map(Note::ReportOnly).into_iter().collect();
                let surface = foreign.assemble(self.policy)?;
                let report = StartReport::of_handler(self.policy, surface.rules(), notes, self.setup());
                Ok((Behind::Handler(Arc::new(surface)), report))
            }
        }
    }

    fn setup(&self) -> Setup {
        let Implementation { name, version, .. } = &self.settings.info.server_info;
        Setup {
            name: name.clone(),
            version: version.clone(),
            transport: Transport::Unsaid,
            callers: self.authenticators.describe(),
            anonymous: self.anonymous,
            oauth: self.authenticators.have_authorization_server(),
            conceals: self.settings.conceal,
            audit: self.audit_at.clone(),
        }
    }

    fn plan(&self) -> Plan<'_> {
        Plan {
            policy: self.policy,
            states: &self.states,
            doubled: &self.doubled,
            any_state: false,
            select: self.select.as_deref(),
            roles: &self.roles,
            methods: method_tools(self.policy),
        }
    }
}

/// Whether what is said about tools is about tools that there are, and can be done.
fn check_oversight(
    oversight: &[(&str, Oversight)],
    bursts: &Bursts,
    report: &StartReport,
    audit: Option<&Audit>,
) -> Result<(), Problems> {
    let known = report.tool_names();
    let mut problems = Vec::new();
    for (what, tool) in bursts.tools().filter(|(_, tool)| !known.contains(tool)) {
        let near = nearest(tool, known.iter().copied()).map(str::to_owned);
        problems.push(Problem::WithoutTool { what, tool: tool.to_owned(), near });
    }
    problems.sort_by_key(ToString::to_string);
    if audit.is_some_and(|audit| !audit.has_secret()) {
        for (tool, oversight) in oversight {
            let hashed = oversight.redactions.iter().find(|redaction| redaction.treatment == Treatment::Hash);
            problems.extend(
                hashed
                    .map(|hashed| Problem::HashWithoutSecret { tool: (*tool).to_owned(), path: hashed.path }),
            );
        }
    }
    Problems::of(problems).map_or(Ok(()), Err)
}
