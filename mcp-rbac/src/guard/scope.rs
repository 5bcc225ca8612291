use std::{borrow::Cow, sync::Arc};

use rmcp::{RoleServer, service::RequestContext};

use super::Core;
use crate::{
    audit::{Origin, RecordId},
    auth::Principal,
    policy::{PermissionRef, Requirement},
};

/// The decision on one allowed request, as the parameters of the function read it from the request's extensions.
///
/// The type is private to the crate and only the guard inserts it, so that no code that merely holds a request can
/// make itself a `Caller` or a `Granted`. Extensions can be cloned and put into another request, though: a scope is
/// therefore good only where the call that it belongs to runs.
#[derive(Clone)]
pub(crate) struct CallScope(Arc<Allowed>);

struct Allowed {
    record: RecordId,
    principal: Principal,
    origin: Option<Arc<Origin>>,
    requirements: Cow<'static, [Requirement]>,
    core: Arc<Core>,
    depth: u8,
}

tokio::task_local! {
    /// The call that runs.
    static RUNNING: RecordId;
}

impl CallScope {
    pub(super) fn new(
        record: RecordId,
        principal: Principal,
        origin: Option<Arc<Origin>>,
        requirements: Cow<'static, [Requirement]>,
        core: Arc<Core>,
        depth: u8,
    ) -> Self {
        Self(Arc::new(Allowed { record, principal, origin, requirements, core, depth }))
    }

    /// Runs an allowed call.
    pub(super) fn run<T>(record: RecordId, call: impl Future<Output = T>) -> impl Future<Output = T> {
        RUNNING.scope(record, call)
    }

    /// `body` for another thread, where it is a part of the call that runs here.
    pub(crate) fn carry<T>(body: impl FnOnce() -> T) -> impl FnOnce() -> T {
        let running = RUNNING.try_with(|running| *running);
        move || match running {
            Ok(record) => RUNNING.sync_scope(record, body),
            Err(_) => body(),
        }
    }

    /// The scope of the call that `context` belongs to; `None` outside an allowed call, and in another one.
    pub(crate) fn of(context: &RequestContext<RoleServer>) -> Option<&Self> {
        let scope: &Self = context.extensions.get()?;
        let is_running = RUNNING.try_with(|running| *running == scope.record()).unwrap_or(false);
        is_running.then_some(scope)
    }

    pub(crate) fn record(&self) -> RecordId {
        self.0.record
    }

    pub(crate) fn principal(&self) -> &Principal {
        &self.0.principal
    }

    /// Where the request came from, if that is to be recorded.
    pub(super) fn origin(&self) -> Option<&Arc<Origin>> {
        self.0.origin.as_ref()
    }

    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.0.core
    }

    /// What the decision was about.
    pub(super) fn requirements(&self) -> &Cow<'static, [Requirement]> {
        &self.0.requirements
    }

    /// What the server holds for its functions.
    pub(crate) fn state<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.0.core.state()
    }

    /// How many tools called tools to get here; 0 for a call from a client.
    pub(crate) fn depth(&self) -> u8 {
        self.0.depth
    }

    /// Whether the decision on this call was about `permission` and found it held.
    pub(crate) fn covers(&self, permission: PermissionRef) -> bool {
        let checked =
            |requirement: &Requirement| requirement.permissions().any(|checked| checked == permission);
        self.0.requirements.iter().any(checked) && self.principal().can(permission)
    }
}
