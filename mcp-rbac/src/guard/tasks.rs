use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use rmcp::{
    ErrorData, RoleServer,
    model::{
        CallToolRequestParams, CallToolResponse, CreateTaskResult, GetTaskResult, TaskPayload,
        UpdateTaskParams,
    },
    service::RequestContext,
    task_manager::{TaskExit, TaskManager, TaskOptions},
};
use tokio_util::sync::CancellationToken;

use super::{
    Allowed, CallScope, Denial, Refused,
    denial::What,
    run::{Admitted, internal_error},
};
use crate::{audit::RecordId, auth::Principal, policy::Requirement, registry::Output, tool::RunningTask};

/// How many tasks one principal has at once, at the most, and all together: those that run, and those whose result
/// nobody has fetched yet.
const PER_PRINCIPAL: usize = 64;
const IN_ALL: usize = 4096;

/// How often what has run out is put out.
const SWEEP: Duration = Duration::from_secs(1);

/// When it is worth trying again.
const RETRY_AFTER: Duration = Duration::from_secs(10);

/// The tasks of one server, each with whose it is. Possession of an id is no right to anything (MCP 2026-07-28,
/// tasks extension, "Security"): whoever asks for a task is compared with its owner and decided about anew.
#[derive(Default)]
pub(crate) struct Tasks(Mutex<Table>);

#[derive(Default)]
struct Table {
    tasks: HashMap<String, Task>,
    /// When what had run out was last put out.
    swept: Option<Instant>,
}

struct Task {
    owner: Owner,
    /// The one task in it; a handler of somebody else's keeps its tasks itself.
    manager: Option<TaskManager>,
    /// Its owner knows how it ended, so that it can make room.
    is_fetched: bool,
    until: Instant,
}

/// Whose a task is, and what it takes to have it.
#[derive(Clone)]
pub(crate) struct Owner {
    pub(super) principal: Principal,
    pub(super) requirements: Cow<'static, [Requirement]>,
    /// The record of the call that it is.
    pub(super) record: RecordId,
}

impl Owner {
    pub(super) fn of(scope: &CallScope) -> Self {
        Self {
            principal: scope.principal().clone(),
            requirements: scope.requirements().clone(),
            record: scope.record(),
        }
    }
}

impl Tasks {
    /// Whether a call of this principal can become a task. Who is anonymous owns nothing.
    pub(super) fn are_for(&self, principal: &Principal, context: &RequestContext<RoleServer>) -> bool {
        !principal.is_anonymous() && context.client_capabilities().is_some_and(|caps| caps.supports_tasks())
    }

    /// When it is worth trying again, where the principal has as many tasks as one may have.
    pub(super) fn too_many_of(&self, principal: &Principal) -> Option<Duration> {
        (!self.lock().has_room(principal)).then_some(RETRY_AFTER)
    }

    /// Runs an admitted call as a task.
    pub(super) fn start(
        &self,
        admitted: Admitted<CallToolResponse>,
        request: CallToolRequestParams,
        mut context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, Refused> {
        let owner = Owner::of(admitted.scope());
        let mut table = self.lock();
        // there was when it was decided, and may be no longer
        if !table.has_room(&owner.principal) {
            admitted.turn_away();
            return Err(too_many(&request.name, &owner));
        }
        let settings = &admitted.scope().core().settings;
        let (ttl, output) = (settings.task_ttl, Output { raw: settings.raw_output, ..Output::AS_IT_IS });
        // what ends with the request is not what ends the task
        let cancelled = CancellationToken::new();
        context.ct = cancelled.clone();
        let milliseconds = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX);
        let manager = TaskManager::new();
        let task = manager.spawn(TaskOptions::new().with_ttl_ms(milliseconds), move |task| {
            context.extensions.insert(RunningTask::new(task.clone(), output));
            let call = admitted.execute(context, |_| Allowed::Tool(request));
            Box::pin(async move {
                let _cancel = cancelled.drop_guard();
                let answer = tokio::select! {
                    // a body that fails because it is cancelled has not failed
                    biased;
                    () = task.cancelled() => return Err(TaskExit::Cancelled),
                    answer = call => answer.map_err(|refused| refused.error)?,
                    () = tokio::time::sleep(ttl) => {
                        let text = format!("the task ran longer than {} s", ttl.as_secs());
                        return Err(TaskExit::Error(ErrorData::internal_error(text, None)));
                    }
                };
                let CallToolResponse::Complete(result) = answer else {
                    let text = "a task has to end with a result";
                    return Err(TaskExit::Error(ErrorData::internal_error(text, None)));
                };
                Ok(result)
            })
        });
        let until = until(ttl);
        let entry = Task { owner, manager: Some(manager), is_fetched: false, until };
        table.tasks.insert(task.task_id.clone(), entry);
        Ok(CallToolResponse::Task(CreateTaskResult::new(task)))
    }

    /// Remembers whose a task is that a handler of somebody else's made; an error where there is no room, where it is
    /// somebody's already, or where nobody is known whose it could be.
    pub(super) fn adopt(&self, id: &str, owner: Owner, ttl: Duration, tool: &str) -> Result<(), Refused> {
        let mut table = self.lock();
        let is_anothers = |task: &Task| !task.owner.principal.owns_with(&owner.principal);
        if owner.principal.is_anonymous() {
            return Err(refused(Denial::Unauthenticated, tool, &owner));
        }
        if table.tasks.get(id).is_some_and(is_anothers) {
            return Err(internal_error(owner.record).into());
        }
        if !table.has_room(&owner.principal) {
            return Err(too_many(tool, &owner));
        }
        table
            .tasks
            .insert(id.to_owned(), Task { owner, manager: None, is_fetched: false, until: until(ttl) });
        Ok(())
    }

    /// The owner of a task, where that is this principal. For everybody else the task does not exist.
    pub(super) fn owned_by(&self, id: &str, principal: &Principal) -> Option<Owner> {
        let table = self.lock();
        let task = table
            .tasks
            .get(id)
            .filter(|task| task.owner.principal.owns_with(principal) && task.until > Instant::now())?;
        Some(task.owner.clone())
    }

    /// How it stands; `None` where it is there no longer.
    pub(super) fn get(&self, id: &str) -> Option<GetTaskResult> {
        let mut table = self.lock();
        let task = table.tasks.get_mut(id)?;
        let state = task.manager.as_ref()?.get_task(id).ok()?;
        task.is_fetched |= !matches!(state.payload, TaskPayload::Working | TaskPayload::InputRequired { .. });
        Some(GetTaskResult::new(state))
    }

    /// Hands on what the client answers; `None` where there is nobody to hand it to.
    pub(super) fn update(&self, request: UpdateTaskParams) -> Option<()> {
        let UpdateTaskParams { task_id, input_responses, .. } = request;
        let manager = self.manager(&task_id)?;
        manager.update_task(&task_id, input_responses).ok()
    }

    /// Stops it, if it runs; `None` where it is there no longer.
    pub(super) fn cancel(&self, id: &str) -> Option<()> {
        self.manager(id)?.cancel_task(id).ok()
    }

    fn manager(&self, id: &str) -> Option<TaskManager> {
        self.lock().tasks.get(id)?.manager.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        // what is under the lock is whole at every moment
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A task runs for its time to live, and is kept for as long again.
fn until(ttl: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(ttl.saturating_mul(2)).unwrap_or(now + NEVER)
}

/// Stands for a moment that no clock can hold.
const NEVER: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

impl Table {
    /// Whether one more task fits. What has run out makes room, and where there is no other, what its owner has fetched;
    /// what is alive is never put out.
    fn has_room(&mut self, principal: &Principal) -> bool {
        let now = Instant::now();
        if self.swept.is_none_or(|swept| now.duration_since(swept) > SWEEP) {
            self.tasks.retain(|_, task| task.until > now);
            self.swept = Some(now);
        }
        if self.fits(principal) {
            return true;
        }
        self.tasks.retain(|_, task| !task.is_fetched || !task.owner.principal.is_same_as(principal));
        if self.tasks.len() >= IN_ALL {
            self.tasks.retain(|_, task| !task.is_fetched);
        }
        self.fits(principal)
    }

    fn fits(&self, principal: &Principal) -> bool {
        let own = || self.tasks.values().filter(|task| task.owner.principal.is_same_as(principal)).count();
        self.tasks.len() < IN_ALL && own() < PER_PRINCIPAL
    }
}

fn too_many(tool: &str, owner: &Owner) -> Refused {
    refused(Denial::Limited { retry_after: RETRY_AFTER }, tool, owner)
}

fn refused(denial: Denial, tool: &str, owner: &Owner) -> Refused {
    let what = What { kind: "tool", name: tool };
    let error = denial.clone().into_error(&what, &owner.principal, owner.record);
    Refused { error, denied: Some((denial, owner.record)) }
}
