use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use rmcp::{
    ErrorData, RoleServer,
    model::{
        CallToolRequestParams, CallToolResponse, CreateTaskResult, ErrorCode, GetTaskResult, UpdateTaskParams,
    },
    service::RequestContext,
    task_manager::{DEFAULT_TASK_TTL_MS, TaskExit, TaskManager, TaskOptions},
};
use tokio_util::sync::CancellationToken;

use super::{Allowed, CallScope, run::Admitted};
use crate::{auth::Principal, policy::Requirement};

/// How many tasks one principal has at once, at the most, and all together.
const PER_PRINCIPAL: usize = 64;
const IN_ALL: usize = 4096;

/// How long a task is remembered: it runs for its time to live, and is kept for as long again.
const REMEMBERED: Duration = Duration::from_millis(2 * DEFAULT_TASK_TTL_MS);

/// The tasks of one server, each with whose it is. Possession of an id is no right to anything (MCP 2026-07-28,
/// tasks extension, "Security"): whoever asks for a task is compared with its owner and decided about anew.
#[derive(Default)]
pub(crate) struct Tasks {
    manager: TaskManager,
    owners: Mutex<HashMap<String, Owner>>,
}

/// Whose a task is, and what it takes to have it.
#[derive(Clone)]
pub(crate) struct Owner {
    pub(super) principal: Principal,
    pub(super) requirements: Cow<'static, [Requirement]>,
    until: Instant,
}

impl Owner {
    pub(super) fn of(scope: &CallScope) -> Self {
        Self {
            principal: scope.principal().clone(),
            requirements: scope.requirements().clone(),
            until: Instant::now() + REMEMBERED,
        }
    }
}

impl Tasks {
    /// Whether a call of this principal can become a task. Who is anonymous owns nothing.
    pub(super) fn are_for(&self, principal: &Principal, context: &RequestContext<RoleServer>) -> bool {
        !principal.is_anonymous() && context.client_capabilities().is_some_and(|caps| caps.supports_tasks())
    }

    /// Runs an admitted call as a task.
    pub(super) fn start(
        &self,
        admitted: Admitted<CallToolResponse>,
        request: CallToolRequestParams,
        mut context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let owner = Owner::of(admitted.scope());
        let mut owners = self.owners();
        if !has_room(&mut owners, &owner) {
            return Err(too_many());
        }
        // what ends with the request is not what ends the task
        let cancelled = CancellationToken::new();
        context.ct = cancelled.clone();
        let task = self.manager.spawn(TaskOptions::new(), move |task| {
            context.extensions.insert(task.clone());
            let call = admitted.execute(context, |_| Allowed::Tool(request));
            Box::pin(async move {
                let _cancel = cancelled.drop_guard();
                let answer = tokio::select! {
                    answer = call => answer,
                    () = task.cancelled() => return Err(TaskExit::Cancelled),
                };
                let CallToolResponse::Complete(result) = answer? else {
                    let text = "a task has to end with a result";
                    return Err(TaskExit::Error(ErrorData::internal_error(text, None)));
                };
                Ok(result)
            })
        });
        owners.insert(task.task_id.clone(), owner);
        Ok(CallToolResponse::Task(CreateTaskResult::new(task)))
    }

    /// Remembers whose a task is that a handler of somebody else's made; `false` where there is no room, nobody can
    /// own it, or it is another's already.
    pub(super) fn adopt(&self, id: &str, owner: Owner) -> bool {
        let mut owners = self.owners();
        let has_room = has_room(&mut owners, &owner);
        let is_free = owners.get(id).is_none_or(|other| other.is(&owner.principal));
        let adopted = !owner.principal.is_anonymous() && has_room && is_free;
        if adopted {
            owners.insert(id.to_owned(), owner);
        }
        adopted
    }

    /// The owner of a task, where that is this principal. For everybody else the task does not exist.
    pub(super) fn owned_by(&self, id: &str, principal: &Principal) -> Option<Owner> {
        let owners = self.owners();
        owners
            .get(id)
            .filter(|owner| owner.principal.owns_with(principal) && owner.until > Instant::now())
            .cloned()
    }

    pub(super) fn get(&self, id: &str) -> Result<GetTaskResult, ErrorData> {
        self.manager.get_task(id).map(GetTaskResult::new)
    }

    pub(super) fn update(&self, request: UpdateTaskParams) -> Result<(), ErrorData> {
        let UpdateTaskParams { task_id, input_responses, .. } = request;
        self.manager.update_task(&task_id, input_responses)
    }

    pub(super) fn cancel(&self, id: &str) -> Result<(), ErrorData> {
        self.manager.cancel_task(id)
    }

    fn owners(&self) -> MutexGuard<'_, HashMap<String, Owner>> {
        // what is under the lock is whole at every moment
        self.owners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether one more task fits. What has run out makes room; what is alive is never put out.
fn has_room(owners: &mut HashMap<String, Owner>, owner: &Owner) -> bool {
    let now = Instant::now();
    owners.retain(|_, other| other.until > now);
    let own = owners.values().filter(|other| other.principal.is_same_as(&owner.principal)).count();
    own < PER_PRINCIPAL && owners.len() < IN_ALL
}

fn too_many() -> ErrorData {
    ErrorData::new(ErrorCode(429), "too many tasks; try again when some have ended", None)
}
