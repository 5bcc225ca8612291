use std::{
    any::TypeId,
    borrow::Cow,
    net::IpAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

#[cfg(feature = "http")]
use rmcp::model::RequestId;
use rmcp::model::ServerConfig;

use super::{RequestStates, Streams, Surface, Tasks, Updates};
use crate::{
    audit::{Bursts, Event, RecordId, Trail},
    auth::{Authenticators, Principal},
    policy::Policy,
    registry::States,
    view::Views,
};

/// What all handlers of one server share.
pub(crate) struct Core {
    pub(crate) policy: &'static Policy,
    pub(crate) surface: Arc<dyn Surface>,
    pub(crate) states: States,
    pub(crate) settings: Settings,
    pub(crate) tasks: Tasks,
    pub(crate) request_states: RequestStates,
    pub(crate) updates: Updates,
    pub(crate) streams: Streams,
    pub(crate) views: Views,
    pub(crate) authenticators: Arc<Authenticators>,
    pub(crate) trail: Option<Arc<Trail>>,
    pub(crate) bursts: Bursts,
}

/// What the guard answers besides its decisions.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) info: ServerConfig,
    pub(crate) page_size: Option<usize>,
    pub(crate) list_ttl: Duration,
    /// Whether lists show what a caller could do with more scopes.
    pub(crate) list_acquirable: bool,
    /// Whether a name that the caller's roles do not reach is answered like one that does not exist.
    pub(crate) conceal: bool,
    /// The largest result of any tool, prompt or resource, in bytes of JSON.
    pub(crate) max_output: Option<usize>,
    /// Whether what a model reads and nobody sees stays in results.
    pub(crate) raw_output: bool,
    /// How long a task may run, and its result is kept.
    pub(crate) task_ttl: Duration,
    /// Until when denials are only recorded.
    pub(crate) report_only: Option<SystemTime>,
}

impl Core {
    /// An event of a request that nothing has been decided about.
    pub(crate) fn event(
        &self,
        principal: &Principal,
        record: RecordId,
        rpc: impl Into<Cow<'static, str>>,
        name: Option<Cow<'static, str>>,
    ) -> Event {
        Event::new(principal, record, rpc, name).for_trail(self.trail.as_ref())
    }

    /// An event of a request that the transport answers by itself.
    #[cfg(feature = "http")]
    pub(crate) fn unserved(
        &self,
        principal: &Principal,
        record: RecordId,
        rpc: &str,
        remote: Option<IpAddr>,
        request: Option<RequestId>,
    ) -> Event {
        let origin = self.trail.as_ref().map(|_| Arc::new(crate::audit::Origin::unserved(remote, request)));
        self.event(principal, record, rpc.to_owned(), None).from(origin.as_ref())
    }

    /// Counts a call of a tool, and says so where there are too many. A callback that panics has been told.
    pub(super) fn counts(&self, principal: &Principal, tool: &str, record: RecordId) {
        let Some(raised) = self.bursts.count(principal, tool, record, Instant::now()) else { return };
        if let Some(trail) = &self.trail {
            trail.alert(&raised);
        }
        let told = catch_unwind(AssertUnwindSafe(|| self.bursts.tell(&raised)));
        if told.is_err() {
            tracing::error!(target: "mcp_rbac::alert", "what is told of alerts panicked");
        }
    }

    /// An event of a request whose sender was not recognised.
    pub(crate) fn stranger(&self, record: RecordId, remote: Option<IpAddr>) -> Event {
        Event::of_stranger(record, remote).for_trail(self.trail.as_ref())
    }

    /// Writes what is still to be written when a server ends: connections can hold what it shares a moment longer.
    pub(crate) fn ends(&self) {
        if let Some(trail) = &self.trail {
            trail.ends();
        }
    }

    /// Whether a denial is one, or only recorded. Where it cannot be told what time it is, it is one.
    pub(super) fn enforces(&self) -> bool {
        self.settings.report_only.is_none_or(|until| SystemTime::now() >= until)
    }

    /// What the server holds for its functions.
    pub(crate) fn state<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let state = self.states.get(&TypeId::of::<T>())?;
        Arc::clone(state).downcast().ok()
    }
}
