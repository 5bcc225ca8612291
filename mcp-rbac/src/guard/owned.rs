//! What belongs to a principal: for everybody else it does not exist, and every use of it is decided anew.
#![expect(deprecated, reason = "clients of the older protocol still send `logging/setLevel`")]

use rmcp::{
    ErrorData, RoleServer,
    model::{CancelTaskParams, GetTaskParams, GetTaskResult, SetLevelRequestParams, UpdateTaskParams},
    service::RequestContext,
};

use super::{
    Refused,
    call::Sender,
    denial::{self, What},
    run::{Attempt, begin, ended},
};
use crate::audit::{Event, Open, Outcome, RecordId, Verdict};

/// Whether the sender may have this task now. For everybody but its owner it does not exist.
fn admit(sender: &Sender<'_>, method: &'static str, id: &str) -> Result<Event, Refused> {
    let owner = sender.core.tasks.owned_by(id, sender.principal);
    let found = owner.as_ref().map(|owner| (id.to_owned().into(), &*owner.requirements));
    let parent = owner.as_ref().map(|owner| owner.record);
    Attempt { parent, ..sender.attempt("task", method, id) }.decide(RecordId::new(), found)
}

/// Writes that a handler of somebody else's begins with it.
async fn begun(sender: &Sender<'_>, event: Event, id: &str) -> Result<Open, Refused> {
    begin(event, &What { kind: "task", name: id }, sender.principal).await
}

/// The answer, once it is on record. Nothing of it ran that could have been lost.
fn recorded<T>(event: Event, answer: Result<T, ErrorData>) -> Result<T, Refused> {
    event.outcome(if answer.is_ok() { Outcome::Completed } else { Outcome::Failed }).emit();
    Ok(answer?)
}

/// What is left of a task that has run out in this moment.
fn or_gone<T>(found: Option<T>, id: &str) -> Result<T, ErrorData> {
    found.ok_or_else(|| denial::unknown(&What { kind: "task", name: id }))
}

/// `tasks/get`
pub(super) async fn get_task(
    sender: &Sender<'_>,
    request: GetTaskParams,
    context: RequestContext<RoleServer>,
) -> Result<GetTaskResult, Refused> {
    let event = admit(sender, "tasks/get", &request.task_id)?;
    let answer = match sender.core.surface.foreign() {
        Some(foreign) => {
            let open = begun(sender, event, &request.task_id).await?;
            return ended(open, foreign.get_task(request, context).await);
        }
        None => or_gone(sender.core.tasks.get(&request.task_id), &request.task_id),
    };
    recorded(event, answer)
}

/// `tasks/update`
pub(super) async fn update_task(
    sender: &Sender<'_>,
    request: UpdateTaskParams,
    context: RequestContext<RoleServer>,
) -> Result<(), Refused> {
    let event = admit(sender, "tasks/update", &request.task_id)?;
    let id = request.task_id.clone();
    let answer = match sender.core.surface.foreign() {
        Some(foreign) => {
            let open = begun(sender, event, &id).await?;
            return ended(open, foreign.update_task(request, context).await);
        }
        None => or_gone(sender.core.tasks.update(request), &id),
    };
    recorded(event, answer)
}

/// `tasks/cancel`
pub(super) async fn cancel_task(
    sender: &Sender<'_>,
    request: CancelTaskParams,
    context: RequestContext<RoleServer>,
) -> Result<(), Refused> {
    let event = admit(sender, "tasks/cancel", &request.task_id)?;
    let answer = match sender.core.surface.foreign() {
        Some(foreign) => {
            let open = begun(sender, event, &request.task_id).await?;
            return ended(open, foreign.cancel_task(request, context).await);
        }
        None => or_gone(sender.core.tasks.cancel(&request.task_id), &request.task_id),
    };
    recorded(event, answer)
}

/// `logging/setLevel`
pub(super) async fn set_level(
    sender: &Sender<'_>,
    request: SetLevelRequestParams,
    context: RequestContext<RoleServer>,
) -> Result<(), Refused> {
    const METHOD: &str = "logging/setLevel";
    let event = sender.event(RecordId::new(), METHOD, None).verdict(Verdict::Allow);
    match sender.core.surface.foreign() {
        Some(foreign) => {
            let open = begin(event, &What { kind: "method", name: METHOD }, sender.principal).await?;
            ended(open, foreign.set_level(request, context).await)
        }
        // what a tool of this program's own sends, and from which level on, is its own affair
        None => recorded(event, Ok(())),
    }
}
